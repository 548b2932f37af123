import { describe, expect, it } from 'vitest'
import { createTokenKey } from '../../src/access/token-key.ts'
import type { Arrival } from '../../src/http/arrival.ts'
import { openAiSchemas, schemaErrors } from '../formats/check-schema.ts'
import { call, overTcp } from './call.ts'
import { fakeApp, keys } from './fake-services.ts'

describe('every answer', () => {
  it.each(['/health', '/v1/models', '/nothing', '/llmd/v1/status'])(
    'to %s has an id of its own',
    async (path) => {
      const fake = fakeApp()
      const first = await call(fake, { path, headers: { 'x-request-id': 'mine' } })
      const second = await call(fake, { path })
      expect(first.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/)
      expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'))
    },
  )

  it('is logged in one line, without its query and body', async () => {
    const fake = fakeApp()
    const { headers } = await call(fake, { path: '/v1/models?secret=1', key: keys.llm })
    expect(fake.logged).toEqual([
      {
        time: expect.any(String),
        level: 'info',
        message: 'request',
        request_id: headers.get('x-request-id'),
        method: 'GET',
        path: '/v1/models',
        status: 200,
        token: `id-of-${keys.llm}`,
        ms: expect.any(Number),
      },
    ])
  })

  it('is logged and told of without the keys that were pasted where a name belongs', async () => {
    const fake = fakeApp()
    const { key } = createTokenKey()
    await call(fake, { method: 'DELETE', path: `/llmd/v1/tokens/${key}`, key: keys.all })
    const { headers } = await call(fake, { path: `/v1/models/${key.slice(0, -3)}`, key: keys.all })
    expect(fake.logged.map(({ path }) => path)).toEqual([
      '/llmd/v1/tokens/sk-llmd-v1-********',
      '/v1/models/sk-llmd-v1-********',
    ])
    const id = headers.get('x-request-id') ?? ''
    expect(fake.requests.find(id)).toMatchObject({ path: '/v1/models/sk-llmd-v1-********' })
  })

  it('is logged and told of with no more of its path than is of use', async () => {
    const fake = fakeApp()
    const { key } = createTokenKey()
    const path = `/v1/${'x'.repeat(170)}/${key}/${'x'.repeat(16_000)}`
    const { headers } = await call(fake, { path, key: keys.all })
    const told = `/v1/${'x'.repeat(170)}/sk-llmd-v1-********...`
    expect(fake.logged).toMatchObject([{ path: told }])
    expect(fake.requests.find(headers.get('x-request-id') ?? '')).toMatchObject({ path: told })
  })

  it('hides an unforeseen exception from the client, and tells the log', async () => {
    const fake = fakeApp()
    fake.services.catalog.list = () => {
      throw new Error('boom at /secret/path')
    }
    const { status, body } = await call(fake, { path: '/llmd/v1/models', key: keys.all })
    expect(status).toBe(500)
    expect(body.error.code).toBe('internal_error')
    expect(JSON.stringify(body)).not.toContain('boom')
    expect(fake.logged[0]).toMatchObject({ level: 'error', cause: expect.stringContaining('boom') })
  })
})

describe('who may ask', () => {
  it('anyone, for /health and /ready', async () => {
    const fake = fakeApp()
    expect(await call(fake, { path: '/health' })).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect(await call(fake, { path: '/ready' })).toMatchObject({ status: 200 })
  })

  it.each(['/v1/models', '/v1/chat/completions', '/llmd/v1/status', '/nothing', '/', '/healthy', '/health/'])(
    'no one without a key, for %s',
    async (path) => {
      const { status, headers, body } = await call(fakeApp(), { path })
      expect(status).toBe(401)
      expect(headers.get('www-authenticate')).toBe('Bearer')
      expect(body.error).toMatchObject({
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_api_key',
      })
    },
  )

  it.each([
    { authorization: 'Bearer wrong' },
    { authorization: `Basic ${keys.all}` },
    { authorization: `Bearer${keys.all}` },
    { authorization: `Bearer ${keys.all} more` },
    { authorization: 'Bearer ' },
    { authorization: keys.all },
    { authorization: 'Bearer wrong', 'x-api-key': keys.all },
    { 'x-api-key': '' },
    { 'x-api-key': '__proto__' },
  ])('no one with %j, on any way in', async (headers) => {
    for (const arrival of [overTcp, { via: 'socket' }, { via: 'in-process' }] satisfies Arrival[]) {
      expect(await call(fakeApp(), { path: '/v1/models', headers, arrival })).toMatchObject({
        status: 401,
        body: { error: { code: 'invalid_api_key' } },
      })
    }
  })

  it.each([
    { authorization: `Bearer ${keys.all}` },
    { authorization: `bearer  ${keys.all}` },
    { 'x-api-key': keys.all },
  ])('whoever shows a key as %j', async (headers) => {
    expect(await call(fakeApp(), { path: '/v1/models', headers })).toMatchObject({ status: 200 })
  })

  it('with the scope for it', async () => {
    const fake = fakeApp()
    const denied = { status: 403, body: { error: { type: 'permission_denied', code: 'permission_denied' } } }
    expect(await call(fake, { path: '/v1/models', key: keys.admin })).toMatchObject(denied)
    expect(await call(fake, { path: '/llmd/v1/status', key: keys.llm })).toMatchObject(denied)
    expect(await call(fake, { path: '/v1/models', key: keys.llm })).toMatchObject({ status: 200 })
    expect(await call(fake, { path: '/llmd/v1/status', key: keys.admin })).toMatchObject({ status: 200 })
  })

  it.each(['socket', 'in-process'] as const)('everyone, by %s', async (via) => {
    const fake = fakeApp()
    expect(await call(fake, { path: '/v1/models', arrival: { via } })).toMatchObject({ status: 200 })
    expect(await call(fake, { path: '/llmd/v1/status', arrival: { via } })).toMatchObject({ status: 200 })
  })

  it.each([{ origin: 'http://127.0.0.1:5563' }, { origin: 'null' }, { 'sec-fetch-site': 'none' }])(
    'no browser, by the socket: %j',
    async (headers) => {
      expect(
        await call(fakeApp(), { path: '/v1/models', headers, arrival: { via: 'socket' } }),
      ).toMatchObject({
        status: 403,
        body: { error: { code: 'origin_refused' } },
      })
    },
  )

  it.each(['http://evil.example', 'null', '', 'http://127.0.0.1:1', 'http://127.0.0.1:5563.evil.example'])(
    'no page of the origin %j, for management',
    async (origin) => {
      const headers = { origin, host: '127.0.0.1:5563' }
      const fake = fakeApp()
      expect(await call(fake, { path: '/llmd/v1/status', key: keys.all, headers })).toMatchObject({
        status: 403,
        body: { error: { code: 'origin_refused' } },
      })
      expect(await call(fake, { path: '/v1/models', key: keys.all, headers })).toMatchObject({ status: 200 })
    },
  )

  it('pages of the same origin, for management', async () => {
    const headers = { origin: 'http://127.0.0.1:5563', host: '127.0.0.1:5563' }
    expect(await call(fakeApp(), { path: '/llmd/v1/status', key: keys.all, headers })).toMatchObject({
      status: 200,
    })
  })
})

const answered = async (hostHeaders: string[], boundHost = '127.0.0.1') => {
  const { status, body } = await call(fakeApp(), {
    path: '/health',
    arrival: { via: 'tcp', boundHost, hostHeaders },
  })
  return body.error?.code ?? status
}

describe('the Host header, over TCP', () => {
  it.each([
    '127.0.0.1',
    '127.0.0.1:5563',
    '[::1]:5563',
    '10.0.0.7',
    'localhost:1',
    'LOCALHOST',
    'llmd.example',
  ])('%s is answered', async (host) => expect(await answered([host])).toBe(200))

  it('with the bound name is answered', async () => {
    expect(await answered(['My.Box:80'], 'my.box')).toBe(200)
  })

  it.each([
    'localhost.evil.example',
    'evil.example:5563',
    'localhost.',
    '127.0.0.1.evil.example',
    '0x7f000001',
  ])('%s is refused', async (host) => expect(await answered([host])).toBe('host_refused'))

  it.each([
    [[]],
    [['localhost', 'localhost']],
    [['']],
    [['a b']],
    [['user@localhost']],
    [['localhost/health']],
  ])('%j is not one', async (hosts) => expect(await answered(hosts)).toBe('invalid_host'))
})

describe('paths and methods', () => {
  it('says what is not there, in the envelope', async () => {
    const { status, body } = await call(fakeApp(), { path: '/v1/nothing', key: keys.all })
    expect(status).toBe(404)
    expect(body).toEqual({
      error: { message: expect.any(String), type: 'invalid_request_error', param: null, code: 'not_found' },
    })
  })

  it.each([
    ['DELETE', '/v1/models', 'GET, HEAD'],
    ['GET', '/v1/chat/completions', 'POST'],
    ['PUT', '/llmd/v1/models', 'GET, POST, HEAD'],
    ['GET', '/llmd/v1/stop', 'POST'],
    ['PUT', '/llmd/v1/models/x', 'GET, PATCH, DELETE, HEAD'],
  ])('refuses %s %s with the methods there are', async (method, path, allow) => {
    const { status, headers, body } = await call(fakeApp(), { method, path, key: keys.all })
    expect(status).toBe(405)
    expect(headers.get('allow')).toBe(allow)
    expect(headers.get('x-request-id')).toMatch(/^req_/)
    expect(body.error.code).toBe('method_not_allowed')
  })

  it('answers HEAD as GET, without the body', async () => {
    const { status, headers, body } = await call(fakeApp(), {
      method: 'HEAD',
      path: '/v1/models',
      key: keys.all,
    })
    expect(status).toBe(200)
    expect(headers.get('content-type')).toContain('application/json')
    expect(body).toBeUndefined()
  })
})

describe('/v1/models', () => {
  const model = { id: 'test/model', object: 'model', created: 1_700_000_000, owned_by: 'llmd' }

  it('lists what there is', async () => {
    const { body } = await call(fakeApp(), { path: '/v1/models', key: keys.llm })
    expect(body).toEqual({ object: 'list', data: [model] })
    const schemas = openAiSchemas ?? {}
    expect(schemaErrors(schemas, schemas['ListModelsResponse'] ?? {}, body)).toEqual([])
  })

  it.each(['/v1/models/test/model', '/v1/models/test%2Fmodel', '/v1/models/test%2fmodel'])(
    'finds %s',
    async (path) => {
      expect(await call(fakeApp(), { path, key: keys.llm })).toMatchObject({ status: 200, body: model })
    },
  )

  it.each(['/v1/models/TEST/model', '/v1/models/none', '/v1/models/test%252Fmodel'])(
    'does not find %s',
    async (path) => {
      expect(await call(fakeApp(), { path, key: keys.llm })).toMatchObject({
        status: 404,
        body: { error: { code: 'model_not_found', param: 'model' } },
      })
    },
  )
})
