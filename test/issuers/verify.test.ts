import { createHmac } from 'node:crypto'
import { exportSPKI, importJWK } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { newSigningKey, signJwt, startFakeIssuer, type SigningKey } from '../fixtures/fake-issuer.ts'
import { openStore, outcome, trusting } from './open-store.ts'

let key: SigningKey
let other: SigningKey

beforeAll(async () => {
  ;[key, other] = await Promise.all([newSigningKey('one'), newSigningKey('two')])
})

async function trustedIssuer(settings: Parameters<typeof trusting>[1] = {}) {
  const issuer = await startFakeIssuer([key])
  const opened = await openStore()
  await opened.store.add(trusting(issuer.url, settings))
  const sign = (claims: Parameters<typeof signJwt>[1] = {}, header = {}) =>
    signJwt(key, { iss: issuer.url, scope: 'profile llm', ...claims }, header)
  return { issuer, ...opened, sign }
}

test('a JWT lets its user in, with what its claim grants, and the second time without a question', async () => {
  const { store, issuer, sign } = await trustedIssuer()
  const jwt = await sign()
  const principal = await store.verify(jwt)
  expect(principal).toMatchObject({
    tokenId: 'jwt:login:alice',
    tokenName: 'jwt:login:alice',
    scopes: new Set(['llm-all']),
    user: { id: 'jwt:login:alice' },
  })
  expect(principal.user?.isSignedIn()).toBe(true)
  expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/jwks'])
  expect(store.verify(jwt)).toBe(principal)
  expect(issuer.asked).toHaveLength(2)
  expect(store.get('login')).toMatchObject({ keys: 1, last_error: null })
})

const seconds = (offset: number) => Math.floor(Date.now() / 1000) + offset

test.for([
  [{ exp: seconds(-15) }, /^llm-all$/],
  [{ exp: seconds(-32) }, /^invalid_api_key: The JWT has expired/],
  [{ exp: undefined }, /does not say when it expires/],
  [{ exp: 'soon' }, /does not say when it expires/],
  [{ nbf: seconds(25) }, /^llm-all$/],
  [{ nbf: seconds(60) }, /not valid yet/],
  [{ aud: 'another' }, /for another audience/],
  [{ aud: ['another', 'llmd'] }, /^llm-all$/],
  [{ aud: undefined }, /for another audience/],
  [{ aud: { llmd: true } }, /for another audience/],
  [{ iss: 'https://issuer.example' }, /of no issuer/],
  [{ iss: undefined }, /of no issuer/],
  [{ sub: undefined }, /names no user/],
  [{ sub: '' }, /names no user/],
  [{ sub: 7 }, /names no user/],
  [{ scope: 'profile' }, /^$/],
  [{ scope: undefined }, /^$/],
  [{ scope: ['llm'] }, /^llm-all$/],
  [{ scope: 'llm-all admin' }, /^$/],
] as const)('of a JWT with %j comes %s', async ([claims, expected]) => {
  const { store, sign } = await trustedIssuer()
  expect(await outcome(store, await sign(claims as never))).toMatch(expected)
})

const parts = (header: object, claims: object) =>
  [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')

test('no trick of the header is fallen for', async () => {
  const { store, issuer } = await trustedIssuer()
  const claims = { iss: issuer.url, aud: 'llmd', sub: 'mallory', exp: seconds(300), scope: 'llm' }
  const publicKey = await importJWK(key.publicJwk, 'ES256', { extractable: true })
  const pem = publicKey instanceof Uint8Array ? '' : await exportSPKI(publicKey)
  const withSecret = (secret: string) => {
    const text = parts({ alg: 'HS256', kid: 'one' }, claims)
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
  }
  const forged = [
    `${parts({ alg: 'none' }, claims)}.AA`,
    `${parts({ alg: 'None', kid: 'one' }, claims)}.AA`,
    withSecret(pem),
    withSecret(JSON.stringify(key.publicJwk)),
    await signJwt(other, claims, { kid: 'one' }),
    await signJwt(other, claims, { kid: 'one', jwk: other.publicJwk }),
    await signJwt(other, claims, { kid: 'one', jku: `${issuer.url}/other` }),
    `${parts({ alg: 'ES256', kid: 'one', crit: ['exp'] }, claims)}.AA`,
    `${parts({ alg: 'ES256', kid: 'one' }, claims)}.${'A'.repeat(86)}`,
    `a.b.c`,
    `${'e30.'.repeat(2)}AA`,
  ]
  for (const jwt of forged) expect(await outcome(store, jwt)).toMatch(/^invalid_api_key: The JWT /)
  expect(issuer.asked).not.toContain('/other')
})

test('an algorithm that is not allowed is refused though its signature is right', async () => {
  const { store, issuer, sign } = await trustedIssuer()
  expect(await outcome(store, await sign())).toBe('llm-all')
  await store.edit('login', { algorithms: ['RS256'] })
  expect(await outcome(store, await sign())).toMatch(/algorithm that is not accepted/)
  expect(issuer.asked).toContain('/jwks')
})

test.for(['RS256', 'PS256', 'EdDSA'])('a signature by %s is accepted', async (algorithm) => {
  const { store, issuer } = await trustedIssuer()
  const one = await newSigningKey('one', algorithm)
  issuer.keys = [one.publicJwk]
  expect(await outcome(store, await signJwt(one, { iss: issuer.url, scope: 'llm' }))).toBe('llm-all')
})

test('of several keys that may be meant, each is tried', async () => {
  const { store, issuer } = await trustedIssuer()
  issuer.keys = [other, key].map(({ publicJwk }) => Object.assign({}, publicJwk, { kid: undefined }))
  const unnamed = (by: SigningKey) => signJwt(by, { iss: issuer.url, scope: 'llm' }, { kid: undefined })
  expect(await outcome(store, await unnamed(key))).toBe('llm-all')
  expect(await outcome(store, await unnamed(await newSigningKey('three')))).toMatch(/signature that is wrong/)
})

test('what was verified holds until it expires, or its issuer is changed or removed', async () => {
  const { store, clock, sign } = await trustedIssuer()
  const jwt = await sign({ exp: Math.floor(clock.wall / 1000) + 300 })
  const { user } = await store.verify(jwt)
  clock.wall += 329_000
  expect(await outcome(store, jwt)).toBe('llm-all')
  clock.wall += 2000
  expect(await outcome(store, jwt)).toMatch(/expired/)
  expect(user?.isSignedIn()).toBe(false)

  clock.wall -= 331_000
  expect(await outcome(store, jwt)).toBe('llm-all')
  await store.edit('login', { grants: [{ value: 'llm', scope: 'metrics' }] })
  expect(await outcome(store, jwt)).toBe('metrics')
  await store.edit('login', { audience: ['another'] })
  expect(await outcome(store, jwt)).toMatch(/for another audience/)
  await store.remove('login')
  expect(await outcome(store, jwt)).toMatch(/of no issuer/)
  expect(store.any).toBe(false)
})
