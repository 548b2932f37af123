import { expect, test } from 'vitest'
import { issuerSchema, issuerTestSchema } from '../../src/api/issuers.ts'
import { newSigningKey, signJwt, startFakeIssuer } from '../fixtures/fake-issuer.ts'
import { openStore, trusting } from './open-store.ts'

const url = 'https://login.example/realms/main'
const withCode = (code: string) => expect.objectContaining({ code })

test('an issuer is kept, changed and removed, and a restart finds it as it was', async () => {
  const { store, load } = await openStore()
  expect(store.any).toBe(false)
  const added = await store.add({ name: 'login', issuer: url, audience: ['llmd'] })
  expect(issuerSchema.parse(added)).toEqual(added)
  expect(added).toMatchObject({
    issuer: url,
    jwks_url: null,
    algorithms: ['RS256', 'ES256', 'EdDSA', 'PS256'],
    scope_claim: 'scope',
    grants: [],
    default_scopes: [],
    keys: null,
  })
  const change = { jwks_url: `${url}/keys`, default_scopes: ['llm-all' as const] }
  const edited = await store.edit('login', change)
  expect(edited).toEqual({ ...added, ...change })
  expect((await load()).list()).toEqual([edited])
  expect(await store.remove('login')).toEqual(edited)
  expect((await load()).list()).toEqual([])
})

test('a name and an address stand for one issuer', async () => {
  const { store } = await openStore()
  await store.add(trusting(url))
  await expect(store.add(trusting(`${url}2`))).rejects.toThrow(withCode('issuer_exists'))
  await expect(store.add(trusting(url, { name: 'other' }))).rejects.toThrow(
    expect.objectContaining({ code: 'issuer_exists', param: 'issuer' }),
  )
  await expect(store.edit('other', {})).rejects.toThrow(withCode('issuer_not_found'))
  await expect(store.remove('other')).rejects.toThrow(withCode('issuer_not_found'))
  await expect(store.test('other', {})).rejects.toThrow(withCode('issuer_not_found'))
  expect(() => store.get('other')).toThrow(withCode('issuer_not_found'))
})

test('changes at the same time all hold', async () => {
  const { store, load } = await openStore()
  await store.add(trusting(url))
  await Promise.all([
    store.edit('login', { audience: ['a'] }),
    store.edit('login', { scope_claim: 'groups' }),
    store.edit('login', { algorithms: ['RS256'] }),
  ])
  const expected = { audience: ['a'], scope_claim: 'groups', algorithms: ['RS256'] }
  expect(store.get('login')).toMatchObject(expected)
  expect((await load()).get('login')).toMatchObject(expected)
})

test('a test tells the keys and what a JWT is worth, or why it is worth nothing', async () => {
  const key = await newSigningKey('one')
  const issuer = await startFakeIssuer([key])
  const { store } = await openStore()
  await store.add(trusting(issuer.url, { scope_claim: 'groups' }))
  const judge = async (claims: Parameters<typeof signJwt>[1]) =>
    store.test('login', { jwt: await signJwt(key, { iss: issuer.url, ...claims }) })

  const empty = await store.test('login', {})
  expect(issuerTestSchema.parse(empty)).toEqual(empty)
  expect(empty).toMatchObject({
    jwks_url: `${issuer.url}/jwks`,
    keys: [{ kid: 'one', type: 'EC', algorithm: 'ES256' }],
    token: null,
  })
  expect((await judge({ groups: ['llm', 'staff'] })).token).toMatchObject({
    accepted: true,
    user: 'jwt:login:alice',
    scopes: ['llm-all'],
    claim_values: ['llm', 'staff'],
  })
  expect((await judge({ scope: 'llm' })).token).toMatchObject({
    accepted: true,
    scopes: [],
    claim_values: [],
  })
  expect((await judge({ iss: 'https://other.example' })).token).toMatchObject({
    accepted: false,
    reason: 'The JWT is of another issuer.',
  })
  expect((await judge({ aud: 'x' })).token?.reason).toMatch(/another audience/)
  const foreign = await newSigningKey('two')
  const jwt = await signJwt(foreign, { iss: issuer.url })
  expect((await store.test('login', { jwt })).token?.reason).toMatch(/does not list/)
  await issuer.stop()
  await expect(store.test('login', {})).rejects.toThrow(withCode('issuer_unreachable'))
})
