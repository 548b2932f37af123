import { describe, expect, it } from 'vitest'
import { errorBodySchema } from '../../src/api/common.ts'
import { localModelSchema, modelCheckSchema, modelListSchema, modelSchema } from '../../src/api/models.ts'
import { statusSchema } from '../../src/api/status.ts'
import { createdTokenSchema, tokenListSchema, tokenSchema } from '../../src/api/tokens.ts'
import { LlmdError } from '../../src/errors.ts'
import { call } from './call.ts'
import { type Fake, fakeApp, keys } from './fake-services.ts'

const admin = (fake: Fake, method: string, path: string, json?: unknown) =>
  call(fake, { method, path: `/llmd/v1${path}`, key: keys.all, ...(json !== undefined && { json }) })

describe('the admin API', () => {
  const add = { name: 'owner/name:7b', source: '/models/a.gguf' }
  it('adds, shows, loads, unloads and removes a model', async () => {
    const fake = fakeApp()
    const path = `/models/${encodeURIComponent(add.name)}`
    const added = await admin(fake, 'POST', '/models', { ...add, options: { context: 512 } })
    expect(added.status).toBe(201)
    expect(modelSchema.parse(added.body)).toMatchObject({ name: add.name, options: { context: 512 } })
    expect(modelListSchema.parse((await admin(fake, 'GET', '/models')).body).data).toHaveLength(1)
    expect(await admin(fake, 'GET', path)).toMatchObject({ status: 200, body: { name: add.name } })
    expect(await admin(fake, 'POST', `${path}/load`)).toMatchObject({ status: 200, body: { state: 'ready' } })
    expect(await admin(fake, 'POST', `${path}/unload`)).toMatchObject({
      status: 200,
      body: { state: 'unloaded' },
    })
    expect(await admin(fake, 'DELETE', path)).toMatchObject({ status: 200, body: { name: add.name } })
    const gone = await admin(fake, 'GET', path)
    expect(gone.status).toBe(404)
    expect(errorBodySchema.parse(gone.body).error).toMatchObject({
      code: 'model_not_found',
      hint: 'llmd models',
    })
  })

  it('changes, copies and checks a model', async () => {
    const fake = fakeApp()
    const path = `/models/${encodeURIComponent(add.name)}`
    await admin(fake, 'POST', '/models', { ...add, options: { context: 512, slots: 2 } })
    const change = { options: { ttl: null, kv_type: 'q8_0' }, reset: ['slots'] }
    const edited = await admin(fake, 'PATCH', path, change)
    expect(edited.status).toBe(200)
    expect(localModelSchema.parse(edited.body).options).toEqual({ context: 512, ttl: null, kv_type: 'q8_0' })
    const copied = await admin(fake, 'POST', `${path}/copy`, { name: 'second' })
    expect(copied).toMatchObject({ status: 201, body: { name: 'second', options: { context: 512 } } })
    const check = await admin(fake, 'POST', `${path}/check`)
    expect(modelCheckSchema.parse(check.body)).toMatchObject({ name: add.name, loads: true })
  })

  it.each([
    [{ options: { contxt: 5 } }, 'options.contxt'],
    [{ options: { kv_type: 'q2' } }, 'options.kv_type'],
    [{ options: { ttl: 0 } }, 'options.ttl'],
    [{ options: { lora: [{ path: '/a.gguf' }] } }, 'options.lora[0].scale'],
    [{ options: { rope_scaling: { type: 'cubic', factor: 2 } } }, 'options.rope_scaling.type'],
    [{ reset: ['name'] }, 'reset[0]'],
    [{ name: 'other' }, 'name'],
  ])('refuses the change %j and names the field', async (change, param) => {
    const fake = fakeApp()
    await admin(fake, 'POST', '/models', { name: 'a', source: '/a.gguf' })
    const { status, body } = await admin(fake, 'PATCH', '/models/a', change)
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'invalid_request', param })
  })

  it('creates, lists and revokes a token', async () => {
    const fake = fakeApp()
    const created = await admin(fake, 'POST', '/tokens', { name: 'mine' })
    expect(created.status).toBe(201)
    expect(createdTokenSchema.parse(created.body)).toMatchObject({ name: 'mine', scopes: ['llm-all'] })
    const list = await admin(fake, 'GET', '/tokens')
    expect(tokenListSchema.parse(list.body).data).toHaveLength(1)
    expect(JSON.stringify(list.body.data[0])).toContain('mine')
    expect(tokenSchema.parse((await admin(fake, 'DELETE', '/tokens/mine')).body).revoked_at).not.toBeNull()
    expect(await admin(fake, 'DELETE', '/tokens/mine')).toMatchObject({
      status: 404,
      body: { error: { code: 'token_not_found' } },
    })
  })

  it('shows, changes and rotates a token', async () => {
    const fake = fakeApp()
    await admin(fake, 'POST', '/tokens', { name: 'mine' })
    expect(tokenSchema.parse((await admin(fake, 'GET', '/tokens/mine')).body)).toMatchObject({ name: 'mine' })
    const change = { name: 'yours', scopes: ['admin'], expires_at: '2027-01-01T00:00:00.000Z' }
    expect(tokenSchema.parse((await admin(fake, 'PATCH', '/tokens/mine', change)).body)).toMatchObject(change)
    const rotated = await admin(fake, 'POST', '/tokens/yours/rotate')
    expect(createdTokenSchema.parse(rotated.body)).toMatchObject({ name: 'yours' })
    expect(await admin(fake, 'POST', '/tokens/mine/rotate')).toMatchObject({ status: 404 })
  })

  it.each([
    [{ nam: 'x' }, 'nam'],
    [{ scopes: [] }, 'scopes'],
    [{ expires_at: 'soon' }, 'expires_at'],
    [{ name: '\u001b[31m' }, 'name'],
  ])('refuses the change of a token %j and names the field', async (change, param) => {
    const fake = fakeApp()
    await admin(fake, 'POST', '/tokens', { name: 'mine' })
    const { status, body } = await admin(fake, 'PATCH', '/tokens/mine', change)
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'invalid_request', param })
  })

  it('lets no one make a token that can do more than they', async () => {
    const json = { name: 'wider', scopes: ['llm-all'] }
    expect(
      await call(fakeApp(), { method: 'POST', path: '/llmd/v1/tokens', key: keys.admin, json }),
    ).toMatchObject({
      status: 403,
    })
  })

  it('tells its status and stops', async () => {
    const fake = fakeApp()
    statusSchema.parse((await admin(fake, 'GET', '/status')).body)
    expect(fake.stopped()).toBe(false)
    expect(await admin(fake, 'POST', '/stop')).toMatchObject({ status: 202, body: {} })
    expect(fake.stopped()).toBe(true)
  })

  it.each([
    ['/models', { ...add, contxt: 5 }, 'contxt'],
    ['/models', { ...add, options: { contxt: 5 } }, 'options.contxt'],
    ['/models', { ...add, name: '../x' }, 'name'],
    ['/models', { ...add, options: { context: 1 } }, 'options.context'],
    ['/tokens', { name: 'x', scope: [] }, 'scope'],
    ['/tokens', { name: 'x', scopes: ['root'] }, 'scopes[0]'],
  ])('refuses in %s the body %j and names the field', async (path, json, param) => {
    const { status, body } = await admin(fakeApp(), 'POST', path, json)
    expect(status).toBe(400)
    expect(errorBodySchema.parse(body).error).toMatchObject({ code: 'invalid_request', param })
    expect(body.error.message).toContain(param)
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'refuses a body that calls itself %s',
    async (type) => {
      const options = { method: 'POST', path: '/llmd/v1/tokens', key: keys.all, json: { name: 'x' } }
      expect(await call(fakeApp(), { ...options, headers: { 'content-type': type } })).toMatchObject({
        status: 400,
      })
    },
  )

  it('keeps the hint beside the message, where public routes append it', async () => {
    const fake = fakeApp()
    fake.services.catalog.list = () => {
      throw new LlmdError('model_load_failed', 'It does not fit.', { hint: 'Buy memory.' })
    }
    const { status, headers, body } = await admin(fake, 'GET', '/models')
    expect(status).toBe(500)
    expect(headers.get('x-should-retry')).toBe('false')
    expect(body.error).toMatchObject({ message: 'It does not fit.', hint: 'Buy memory.' })
  })
})
