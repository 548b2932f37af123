import type { LookupAddress } from 'node:dns'
import { describe, expect, it } from 'vitest'
import { createFetcher } from '../../src/downloads/create-fetcher.ts'
import { judgeHop } from '../../src/downloads/judge-hop.ts'
import { TransientFailure } from '../../src/downloads/transient-failure.ts'
import { signal } from './open-downloads.ts'

const https = { protocol: 'https:', host: 'x' }
const http = { protocol: 'http:', host: 'x' }

it.each([
  ['a public host', { ...https, named: true }, 'public', false, true],
  ['a redirect to a public host', { ...https, named: false }, 'public', false, true],
  ['a private host that was named', { ...https, named: true }, 'private', false, true],
  ['a redirect from there to a private one', { ...https, named: false }, 'private', true, true],
  ['a redirect from a public host to a private one', { ...https, named: false }, 'private', false, false],
  ['a private host in plain HTTP', { ...http, named: true }, 'private', false, true],
  ['a public host in plain HTTP', { ...http, named: true }, 'public', false, false],
  ['a redirect to a public host in plain HTTP', { ...http, named: false }, 'public', true, false],
  ['a metadata service', { ...https, named: true }, 'metadata', true, false],
] as const)('%s', (_, hop, kind, privateOrigin, allowed) => {
  const refusal = judgeHop(hop, { kinds: new Set([kind]), privateOrigin })
  expect(refusal === undefined).toBe(allowed)
})

/** Why nothing is fetched from there. */
async function refusalOf(origin: string, address: LookupAddress): Promise<unknown> {
  await using fetcher = createFetcher({
    origin: new URL(origin),
    token: null,
    lookup: (_host, _options, callback) => callback(null, [address]),
  })
  return await fetcher.get(new URL(origin), { signal }).then(
    () => expect.unreachable(),
    (error: unknown) => (error instanceof TransientFailure ? error.failure : error),
  )
}

describe('a fetcher', () => {
  it.each([
    ['https://hub.example', { address: '169.254.169.254', family: 4 }, /metadata/],
    ['http://hub.example', { address: '203.0.113.7', family: 4 }, /without encryption/],
    ['https://169.254.169.254', { address: '127.0.0.1', family: 4 }, /metadata/],
    ['https://[::ffff:169.254.169.254]', { address: '127.0.0.1', family: 4 }, /metadata/],
    ['http://203.0.113.7', { address: '127.0.0.1', family: 4 }, /without encryption/],
    ['https://user@hub.example', { address: '127.0.0.1', family: 4 }, /a user/],
  ])('goes not to %s where that is %j', async (origin, address, message) => {
    expect(await refusalOf(origin, address)).toMatchObject({
      code: 'upstream_error',
      message: expect.stringMatching(message),
    })
  })
})
