import { describe, expect, it } from 'vitest'
import { deploymentListSchema, deploymentSchema } from '../../src/api/deployments.ts'
import { createdTokenSchema } from '../../src/api/tokens.ts'
import { withoutToken } from '../../src/access/without-token.ts'
import { LlmdError } from '../../src/errors.ts'
import { call } from './call.ts'
import { type Fake, fakeApp, fakeBackend, keys, speaking } from './fake-services.ts'

const admin = (fake: Fake, method: string, path: string, json?: unknown) =>
  call(fake, { method, path: `/llmd/v1${path}`, key: keys.all, ...(json !== undefined && { json }) })

describe('the admin API of deployments', () => {
  it('deploys, shows, extends and stops', async () => {
    const fake = fakeApp()
    const made = await admin(fake, 'POST', '/deployments', { model: 'm', seconds: 60 })
    expect(made.status).toBe(201)
    const { id } = deploymentSchema.strict().parse(made.body)
    expect(deploymentListSchema.parse((await admin(fake, 'GET', '/deployments')).body).data).toHaveLength(1)
    expect((await admin(fake, 'GET', `/deployments/${id}`)).body).toMatchObject({ model: 'm' })
    const extended = await admin(fake, 'POST', `/deployments/${id}/extend`, { seconds: 60 })
    expect(extended.body).toMatchObject({ ends_at: '2026-01-03T00:00:00.000Z' })
    expect((await admin(fake, 'DELETE', `/deployments/${id}`)).body).toMatchObject({ state: 'stopped' })
    expect(await admin(fake, 'GET', '/deployments/dep_0')).toMatchObject({
      status: 404,
      body: { error: { code: 'deployment_not_found', hint: 'Look.' } },
    })
  })

  it('hands the first key out once, to POST alone', async () => {
    const fake = fakeApp()
    const { id } = (await admin(fake, 'POST', '/deployments', { model: 'm' })).body
    for (const method of ['GET', 'HEAD']) {
      expect((await admin(fake, method, `/deployments/${id}/key`)).status).toBe(405)
    }
    const { body } = await admin(fake, 'POST', `/deployments/${id}/key`)
    expect(createdTokenSchema.parse(body)).toMatchObject({ deployment: id, name: `${id}-default` })
    expect(await admin(fake, 'POST', `/deployments/${id}/key`)).toMatchObject({
      status: 404,
      body: { error: { code: 'deployment_key_not_found' } },
    })
  })

  it('makes more keys as tokens are made', async () => {
    const fake = fakeApp()
    const { id } = (await admin(fake, 'POST', '/deployments', { model: 'm' })).body
    const made = await admin(fake, 'POST', '/tokens', { name: 'second', deployment: id })
    expect(made.status).toBe(201)
    expect(createdTokenSchema.parse(made.body)).toMatchObject({ name: 'second', deployment: id })
    expect(await admin(fake, 'POST', '/tokens', { name: 'x', deployment: 'dep_0' })).toMatchObject({
      status: 404,
      body: { error: { code: 'deployment_not_found' } },
    })
  })

  it.each([
    ['/deployments', {}, 'model'],
    ['/deployments', { model: '../m' }, 'model'],
    ['/deployments', { model: 'm', seconds: 0 }, 'seconds'],
    ['/deployments', { model: 'm', seconds: 1e9 }, 'seconds'],
    ['/deployments', { model: 'm', hours: 4 }, 'hours'],
    ['/deployments/dep_m/extend', {}, 'seconds'],
    ['/deployments/dep_m/extend', { seconds: null }, 'seconds'],
  ])('refuses in %s the body %j and names the field', async (path, json, param) => {
    const { status, body } = await admin(fakeApp(), 'POST', path, json)
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'invalid_request', param })
  })

  it.each([
    ['GET', '/deployments'],
    ['POST', '/deployments'],
    ['GET', '/deployments/x'],
    ['DELETE', '/deployments/x'],
    ['POST', '/deployments/x/extend'],
    ['POST', '/deployments/x/key'],
  ])('%s %s is for admins', async (method, path) => {
    const answer = await call(fakeApp(), { method, path: `/llmd/v1${path}`, key: keys.llm })
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'permission_denied' } } })
  })
})

describe('a key of a deployment', () => {
  const backend = fakeBackend({
    ...speaking('Hello'),
    tokenize: async () => [1],
    detokenize: async () => 'a',
  })

  /** An app where every key is one of this deployment. */
  function openBound(deployment: { model: string; refusal?: LlmdError }) {
    const fake = fakeApp({ backend })
    fake.services.tokens.verify = () => ({ ...withoutToken(['llm-all']), deploymentId: 'dep_1' })
    Object.assign(fake.services.deployments, {
      modelOf: () => deployment.model,
      require(id: string, model: string) {
        expect(id).toBe('dep_1')
        if (deployment.refusal) throw deployment.refusal
        if (model !== deployment.model) throw new LlmdError('model_not_found', 'Another.', { param: 'model' })
      },
    } satisfies Partial<Fake['services']['deployments']>)
    return fake
  }

  const asks = [
    ['/v1/chat/completions', { messages: [{ role: 'user', content: 'hi' }] }],
    ['/v1/tokenize', { content: 'a' }],
    ['/detokenize', { tokens: [1] }],
  ] as const

  it.each(asks)('reaches its model by %s, and no other', async (path, rest) => {
    const own = openBound({ model: 'test/model' })
    const json = { model: 'test/model', ...rest }
    expect((await call(own, { method: 'POST', path, key: 'k', json })).status).toBe(200)
    const other = openBound({ model: 'other' })
    expect(await call(other, { method: 'POST', path, key: 'k', json })).toMatchObject({
      status: 404,
      body: { error: { code: 'model_not_found', param: 'model' } },
    })
  })

  it.each([
    ['deployment_not_ready', 409, null],
    ['deployment_ended', 409, 'false'],
    ['deployment_not_found', 404, null],
  ] as const)('is told %s, and whether to ask again', async (code, status, retry) => {
    const refusal = new LlmdError(code, 'No.')
    for (const [path, rest] of asks) {
      const fake = openBound({ model: 'test/model', refusal })
      const json = { model: 'test/model', ...rest }
      const answer = await call(fake, { method: 'POST', path, key: 'k', json })
      expect(answer).toMatchObject({ status, body: { error: { code } } })
      expect(answer.headers.get('x-should-retry')).toBe(retry)
    }
  })

  it('sees its model alone', async () => {
    const own = openBound({ model: 'test/model' })
    expect((await call(own, { path: '/v1/models', key: 'k' })).body.data).toMatchObject([
      { id: 'test/model' },
    ])
    const other = openBound({ model: 'other' })
    expect((await call(other, { path: '/v1/models', key: 'k' })).body.data).toEqual([])
    expect(await call(other, { path: '/v1/models/test/model', key: 'k' })).toMatchObject({ status: 404 })
  })
})
