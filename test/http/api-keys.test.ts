import { describe, expect, it } from 'vitest'
import { apiKeyListSchema, apiKeySchema, createdApiKeySchema } from '../../src/api/api-keys.ts'
import { withoutToken } from '../../src/access/without-token.ts'
import { call } from './call.ts'
import { openWithIssuer } from './open-with-issuer.ts'

type Opened = Awaited<ReturnType<typeof openWithIssuer>>

const create = ({ fake }: Opened, key: string, name = 'Local Development') =>
  call(fake, { method: 'POST', path: '/v1/api-keys', key, json: { name } })

const list = async ({ fake }: Opened, key: string) =>
  apiKeyListSchema.parse((await call(fake, { path: '/v1/api-keys', key })).body).data

const revoke = ({ fake }: Opened, key: string, id: string) =>
  call(fake, { method: 'DELETE', path: `/v1/api-keys/${id}`, key })

const models = ({ fake }: Opened, key: string) => call(fake, { path: '/v1/models', key })

describe('keys that users make for themselves', () => {
  it('are shown once, work, and are revoked', async () => {
    const opened = await openWithIssuer()
    const alice = await opened.jwtOf('alice')
    const { status, body } = await create(opened, alice)
    expect(status).toBe(201)
    expect(Object.keys(body)).toEqual(['id', 'name', 'key', 'masked', 'created_at'])
    const { key, ...shown } = createdApiKeySchema.parse(body)
    expect(shown.masked).toBe(`sk-llmd-v1-********${key.slice(-7)}`)
    expect(shown.created_at).toMatch(/Z$/)
    expect(await models(opened, key)).toMatchObject({ status: 200 })
    expect(await list(opened, alice)).toEqual([shown])
    const revoked = await revoke(opened, alice, shown.id)
    expect(apiKeySchema.parse(revoked.body)).toEqual(shown)
    expect(await models(opened, key)).toMatchObject({ status: 401 })
    expect(await list(opened, alice)).toEqual([])
    expect(await revoke(opened, alice, shown.id)).toMatchObject({ status: 404 })
  })

  it('are their own: nobody else sees, revokes or is in the way of them', async () => {
    const opened = await openWithIssuer()
    const [alice, bob] = [await opened.jwtOf('alice'), await opened.jwtOf('bob')]
    const { body: first } = await create(opened, alice)
    const { body: second } = await create(opened, bob)
    expect(await list(opened, bob)).toMatchObject([{ id: second.id }])
    expect(await revoke(opened, bob, first.id)).toMatchObject({
      status: 404,
      body: { error: { code: 'token_not_found' } },
    })
    expect(await create(opened, alice)).toMatchObject({
      status: 409,
      body: { error: { code: 'token_exists' } },
    })
    expect(await models(opened, first.key)).toMatchObject({ status: 200 })
    expect(opened.fake.told.at(-1)).toMatchObject({
      token: first.id,
      token_name: 'jwt:login:alice/Local Development',
    })
    expect(opened.tokens.list().map(({ owner }) => owner)).toEqual(['jwt:login:alice', 'jwt:login:bob'])
  })

  it('are seen and revoked by those of admin', async () => {
    const opened = await openWithIssuer()
    const { body: first } = await create(opened, await opened.jwtOf('alice'))
    const operator = withoutToken(['llm-all', 'admin'])
    const token = await opened.tokens.create(
      { name: 'ops', scopes: ['llm-all', 'admin'], expires_at: null },
      operator,
    )
    for (const key of [token.key, await opened.jwtOf('boss', 'llm boss')]) {
      expect((await list(opened, key)).map(({ name }) => name)).toEqual(['Local Development', 'ops'])
    }
    const { body: made } = await create(opened, token.key, 'theirs')
    expect(opened.tokens.get(made.id)).toMatchObject({ owner: null, scopes: ['llm-all'] })
    expect(await revoke(opened, token.key, first.id)).toMatchObject({ status: 200 })
    expect(await models(opened, first.key)).toMatchObject({ status: 401 })
  })

  it('call models and nothing else, and make no keys themselves', async () => {
    const opened = await openWithIssuer()
    const { body } = await create(opened, await opened.jwtOf('boss', 'llm boss'))
    expect(opened.tokens.get(body.id).scopes).toEqual(['llm-all'])
    expect(await call(opened.fake, { path: '/llmd/v1/tokens', key: body.key })).toMatchObject({ status: 403 })
    expect(await create(opened, body.key)).toMatchObject({
      status: 403,
      body: { error: { code: 'permission_denied' } },
    })
    expect(await call(opened.fake, { path: '/v1/api-keys', key: body.key })).toMatchObject({ status: 403 })
    expect(await create(opened, await opened.jwtOf('carol', 'boss'))).toMatchObject({ status: 403 })
  })

  it('are a hundred at most', async () => {
    const opened = await openWithIssuer()
    const alice = await opened.jwtOf('alice')
    const answers = await Promise.all(
      Array.from({ length: 101 }, (_, index) => create(opened, alice, `key ${index}`)),
    )
    const refused = answers.filter(({ status }) => status !== 201)
    expect(refused).toMatchObject([{ status: 409, body: { error: { code: 'too_many_keys' } } }])
    expect(refused[0]?.headers.get('x-should-retry')).toBe('false')
    const made = answers.find(({ status }) => status === 201)
    await revoke(opened, alice, made?.body.id)
    expect(await create(opened, alice, 'another')).toMatchObject({ status: 201 })
    expect(await create(opened, await opened.jwtOf('bob'))).toMatchObject({ status: 201 })
  })

  it('go when their issuer goes', async () => {
    const opened = await openWithIssuer()
    const { body } = await create(opened, await opened.jwtOf('alice'))
    const path = '/llmd/v1/issuers/login'
    const boss = await opened.jwtOf('boss', 'boss')
    expect(await call(opened.fake, { method: 'DELETE', path, key: boss })).toMatchObject({ status: 200 })
    expect(await models(opened, body.key)).toMatchObject({ status: 401 })
    expect(opened.tokens.get(body.id).revoked_at).not.toBeNull()
    expect(await models(opened, boss)).toMatchObject({ status: 401 })
  })

  it.each([[{}], [{ name: '' }], [{ name: 7 }], [{ name: 'a', scopes: ['admin'] }], [{ name: 'a\u001b' }]])(
    'are not made of %j',
    async (json) => {
      const opened = await openWithIssuer()
      const key = await opened.jwtOf('alice')
      expect(await call(opened.fake, { method: 'POST', path: '/v1/api-keys', key, json })).toMatchObject({
        status: 400,
        body: { error: { code: 'invalid_request' } },
      })
    },
  )
})
