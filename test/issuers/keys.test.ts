import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { newSigningKey, signJwt, startFakeIssuer, type SigningKey } from '../fixtures/fake-issuer.ts'
import { isPrivateHost } from '../../src/issuers/is-private-host.ts'
import { fetchDocument } from '../../src/issuers/fetch-document.ts'
import { openStore, outcome, trusting } from './open-store.ts'

let key: SigningKey
let next: SigningKey

beforeAll(async () => {
  ;[key, next] = await Promise.all([newSigningKey('one'), newSigningKey('two')])
})

async function trustedIssuer() {
  const issuer = await startFakeIssuer([key])
  const opened = await openStore()
  await opened.store.add(trusting(issuer.url))
  const sign = (by = key, header = {}) => signJwt(by, { iss: issuer.url, scope: 'llm' }, header)
  const fetches = () => issuer.asked.filter((path) => path === '/jwks').length
  return { issuer, ...opened, sign, fetches }
}

const accepted = 'llm-all'

test('forged names of keys do not make it ask the issuer again and again', async () => {
  const { store, sign, clock, fetches } = await trustedIssuer()
  expect(await outcome(store, await sign())).toBe(accepted)
  const storm = async () => {
    const forged = Array.from({ length: 50 }, (_, index) => sign(next, { kid: `forged ${index}` }))
    const outcomes = await Promise.all(forged.map(async (jwt) => outcome(store, await jwt)))
    expect(new Set(outcomes)).toEqual(
      new Set(['invalid_api_key: The JWT is signed with a key that its issuer does not list.']),
    )
  }
  await storm()
  expect(fetches()).toBe(1)
  clock.uptime += 31_000
  await storm()
  await storm()
  expect(fetches()).toBe(2)
})

test('a new key is found, and one that is listed no more opens nothing', async () => {
  const { store, issuer, sign, clock } = await trustedIssuer()
  const jwt = await sign()
  expect(await outcome(store, jwt)).toBe(accepted)
  issuer.keys = [next.publicJwk]
  clock.uptime += 31_000
  expect(await outcome(store, await sign(next))).toBe(accepted)
  expect(await outcome(store, jwt)).toMatch(/does not list/)
})

test('keys that are no longer new are fetched in the background', async () => {
  const { store, issuer, sign, clock, fetches } = await trustedIssuer()
  const jwt = await sign()
  await store.verify(jwt)
  clock.uptime += 601_000
  issuer.keys = [next.publicJwk]
  expect(store.verify(jwt)).not.toBeInstanceOf(Promise)
  await vi.waitFor(() => expect(fetches()).toBe(2), { timeout: 10_000, interval: 20 })
  await vi.waitFor(async () => expect(await outcome(store, jwt)).toMatch(/does not list/), {
    timeout: 10_000,
    interval: 20,
  })
})

test('while the issuer is down its keys serve for a day', async () => {
  const { store, issuer, sign, clock } = await trustedIssuer()
  expect(await outcome(store, await sign())).toBe(accepted)
  await issuer.stop()
  clock.uptime += 23 * 3_600_000
  expect(await outcome(store, await sign())).toBe(accepted)
  await vi.waitFor(() => expect(store.get('login').last_error).toMatch(/could not be reached/), {
    timeout: 10_000,
    interval: 20,
  })
  clock.uptime += 2 * 3_600_000
  expect(await outcome(store, await sign())).toMatch(/^issuer_unreachable: /)
  await issuer.start()
  clock.uptime += 6000
  expect(await outcome(store, await sign())).toBe(accepted)
})

test('an issuer that is down at first is asked again a little later, once for all who wait', async () => {
  const { store, issuer, sign, clock, fetches } = await trustedIssuer()
  await issuer.stop()
  const jwt = await sign()
  expect(await outcome(store, jwt)).toMatch(/^issuer_unreachable: .+ could not be reached/)
  await issuer.start()
  expect(await outcome(store, jwt)).toMatch(/^issuer_unreachable: /)
  clock.uptime += 5000
  const outcomes = await Promise.all([jwt, jwt, await sign()].map((one) => outcome(store, one)))
  expect(outcomes).toEqual([accepted, accepted, accepted])
  expect(fetches()).toBe(1)
})

test.for([
  ['redirects', 'redirect', /HTTP 302/],
  ['is too large', 'huge', /more than 524288 bytes/],
  ['is no JSON', 'text', /something else than JSON/],
  ['is an error', 'error', /HTTP 500/],
  ['is another JSON', 'array', /does not tell where its keys are/],
  ['is of another issuer', 'other', /says that it is another issuer/],
] as const)('a document that %s is not gone by', async ([, kind, problem]) => {
  const { store, issuer, sign } = await trustedIssuer()
  issuer.answer = (_request, response) => {
    if (kind === 'redirect') response.writeHead(302, { location: `${issuer.url}/jwks` }).end()
    else if (kind === 'error') response.writeHead(500).end('{}')
    else if (kind === 'huge') response.end(JSON.stringify({ keys: ['x'.repeat(600_000)] }))
    else if (kind === 'text') response.end('<html>')
    else if (kind === 'array') response.end('[]')
    else response.end(JSON.stringify({ issuer: 'https://other.example', jwks_uri: `${issuer.url}/jwks` }))
  }
  expect(await outcome(store, await sign())).toMatch(problem)
  expect(issuer.asked).not.toContain('/jwks')
})

test('keys for other things, and secret ones, count for nothing', async () => {
  const { store, issuer, sign } = await trustedIssuer()
  issuer.keys = [{ kty: 'oct', k: 'AA', kid: 'one' }, { ...key.publicJwk, use: 'enc' }, { nonsense: 1 }]
  expect(await outcome(store, await sign())).toMatch(/lists no public key/)
})

const pem = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), 'utf8')

/** A look-up that finds these. */
const to = (addresses: string[]) => (_: string, __: object, found: (error: null, all: object[]) => void) =>
  found(
    null,
    addresses.map((address) => ({ address, family: 4 })),
  )

const fetching = (url: string, address: string, mayBePrivate: boolean) =>
  fetchDocument(new URL(url), { mayBePrivate, lookup: to([address]) as never })

test('a lookup that leads to a forbidden place is not followed', async () => {
  await expect(fetching('https://login.example', '169.254.169.254', true)).rejects.toThrow(/metadata service/)
  await expect(fetching('https://login.example', '10.1.2.3', false)).rejects.toThrow(/private network/)
  await expect(fetching('http://login.example', '93.184.216.34', true)).rejects.toThrow(/without encryption/)
  await expect(fetching('http://169.254.169.254/', '', true)).rejects.toThrow(/metadata service/)
  await expect(fetching('http://93.184.216.34/', '', true)).rejects.toThrow(/without encryption/)
})

test('who is on the internet may not tell of places here for saying that it is here, too', async () => {
  expect(isPrivateHost(new Set(['private']))).toBe(true)
  expect(isPrivateHost(new Set(['private', 'public']))).toBe(false)
  const server = createServer({ cert: pem('certificate'), key: pem('key') }, (_, response) =>
    response.end('{}'),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const trusted = getCACertificates()
  setDefaultCACertificates([...trusted, pem('certificate')])
  onTestFinished(() => {
    setDefaultCACertificates(trusted)
    server.close()
    server.closeAllConnections()
  })
  const url = new URL(`https://localhost:${(server.address() as AddressInfo).port}`)
  // Nobody is at the second: a network for documentation.
  const found = (addresses: string[]) =>
    fetchDocument(url, { mayBePrivate: true, lookup: to(addresses) as never })
  expect(await found(['127.0.0.1'])).toMatchObject({ isPrivate: true })
  expect(await found(['127.0.0.1', '203.0.113.1'])).toMatchObject({ isPrivate: false })
  const both = to(['127.0.0.1', '93.184.216.34'])
  const asked = (mayBePrivate: boolean) =>
    fetchDocument(new URL('https://login.example'), { mayBePrivate, lookup: both as never })
  await expect(asked(false)).rejects.toThrow(/private network/)
})

test('a failure names the host, and holds nothing of the JWT', async () => {
  const { store, issuer, sign } = await trustedIssuer()
  const jwt = await sign()
  await issuer.stop()
  const error: unknown = await Promise.resolve(store.verify(jwt)).catch((failure: unknown) => failure)
  expect(String(error)).toContain(new URL(issuer.url).host)
  for (const part of jwt.split('.')) expect(JSON.stringify(error) + String(error)).not.toContain(part)
})
