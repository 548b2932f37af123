import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { LlmdError } from '../../../src/errors.ts'
import { Secret } from '../../../src/secret.ts'
import { refusedPort } from '../../fixtures/refused-port.ts'
import {
  canary,
  connectionTo,
  forward,
  type Forwarded,
  openUpstream,
  requestFor,
  startFaults,
} from './open-upstream.ts'

const deadlines = { connect: 400, firstByte: 400, idle: 400, total: 5000 }

/** `thrown CODE` before anything was passed on, `broken CODE` after, `rejected STATUS`, or `answered`. */
function outcome({ answer, result, thrown }: Forwarded): string {
  if (thrown !== undefined) {
    expect(answer).toMatchObject({ status: null, writes: 0, over: undefined })
    return `thrown ${thrown instanceof LlmdError ? thrown.code : inspect(thrown)}`
  }
  if (result?.kind === 'rejected') {
    expect(answer).toMatchObject({ status: null, writes: 0, over: undefined })
    return `rejected ${result.status}`
  }
  if (result?.kind === 'broken') {
    expect(answer.over).toBe(result.error)
    return `broken ${result.error.code}`
  }
  expect(answer.over).toBe('end')
  return 'answered'
}

const unreachable = 'thrown upstream_unreachable'
const timeout = 'thrown upstream_timeout'
const bad = 'thrown upstream_error'
const refused = 'thrown upstream_credentials'
const cut = 'broken upstream_error'

const table: Record<string, { json: string; stream: string }> = {
  good: { json: 'answered', stream: 'answered' },
  'early-hints': { json: 'answered', stream: 'answered' },
  drip: { json: 'answered', stream: 'answered' },
  'invalid-utf8': { json: 'answered', stream: 'answered' },
  large: { json: 'answered', stream: bad },
  'reset-before': { json: unreachable, stream: unreachable },
  'close-before': { json: unreachable, stream: unreachable },
  'reset-midway': { json: bad, stream: cut },
  'close-midway': { json: bad, stream: cut },
  'stall-before': { json: timeout, stream: timeout },
  'stall-after-head': { json: timeout, stream: timeout },
  'stall-midway': { json: timeout, stream: 'broken upstream_timeout' },
  'cut-midway': { json: bad, stream: cut },
  'no-end': { json: bad, stream: cut },
  'not-http': { json: bad, stream: bad },
  garbage: { json: bad, stream: bad },
  nothing: { json: bad, stream: bad },
  'gzip-bomb': { json: bad, stream: bad },
  'long-headers': { json: bad, stream: bad },
  'wrong-type': { json: bad, stream: bad },
  redirect: { json: bad, stream: bad },
  'long-event': { json: bad, stream: cut },
  'status-401': { json: refused, stream: refused },
  'status-407': { json: refused, stream: refused },
  'retry-seconds': { json: 'rejected 429', stream: 'rejected 429' },
  ...Object.fromEntries(
    [400, 402, 403, 404, 422, 429, 500, 501, 502, 503, 504, 529].map((status) => [
      `status-${status}`,
      { json: `rejected ${status}`, stream: `rejected ${status}` },
    ]),
  ),
}

const rows = Object.entries(table).flatMap(([fault, { json, stream }]) => [
  { fault, kind: 'json', expected: json },
  { fault, kind: 'stream', expected: stream },
])

test.for(rows)('$fault, $kind: $expected', async ({ fault, kind, expected }) => {
  const elsewhere = await startFaults()
  const server = await startFaults({ paceMs: 0, elsewhere: elsewhere.baseUrl })
  const upstream = openUpstream(connectionTo(server.baseUrl), deadlines)
  const startedAt = performance.now()
  const forwarded = await forward(upstream, requestFor(fault, { stream: kind === 'stream' }))
  expect(outcome(forwarded)).toBe(expected)
  expect(performance.now() - startedAt).toBeLessThan(3000)
  expect(server.requests).toHaveLength(1)
  expect(elsewhere.requests).toHaveLength(0)
  expectDiscreet(forwarded, server.baseUrl)
})

test('a port where no one listens', async () => {
  const baseUrl = `http://127.0.0.1:${await refusedPort()}/v1?secret=canary`
  const forwarded = await forward(openUpstream(connectionTo(baseUrl)), requestFor('good'))
  expect(outcome(forwarded)).toBe(unreachable)
  expect(forwarded.thrown).toMatchObject({ message: 'acme could not be reached: ECONNREFUSED.' })
  expectDiscreet(forwarded, baseUrl)
})

test('a host name that does not exist', async () => {
  const forwarded = await forward(openUpstream(connectionTo('http://nowhere.invalid/v1')), requestFor('good'))
  expect(outcome(forwarded)).toBe(unreachable)
})

test('a server that does not speak TLS and says nothing', async () => {
  const server = await startFaults()
  const baseUrl = server.baseUrl.replace('http:', 'https:')
  const forwarded = await forward(openUpstream(connectionTo(baseUrl), deadlines), requestFor('good'))
  expect(outcome(forwarded)).toBe(timeout)
})

test('an answer that goes on and on ends with its time', async () => {
  const server = await startFaults({ paceMs: 20 })
  const upstream = openUpstream(connectionTo(server.baseUrl), { ...deadlines, total: 300 })
  expect(outcome(await forward(upstream, requestFor('drip')))).toBe(timeout)
  expect(outcome(await forward(upstream, requestFor('flood', { stream: true })))).toBe(
    'broken upstream_timeout',
  )
  await expect.poll(() => server.open, { timeout: 10_000, interval: 20 }).toBe(0)
})

test('a key that no header can carry is not sent', async () => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl, { key: new Secret(`${canary}\r\nx-evil: 1`) }))
  const forwarded = await forward(upstream, requestFor('good'))
  expect(outcome(forwarded)).toBe(refused)
  expectDiscreet(forwarded, server.baseUrl)
  expect(server.requests).toHaveLength(0)
})

test('a rejection comes with its body, and only such headers as clients may see', async () => {
  const server = await startFaults()
  const { result } = await forward(openUpstream(connectionTo(server.baseUrl)), requestFor('status-404'))
  if (result?.kind !== 'rejected') throw new Error('not rejected')
  expect(JSON.parse(result.body.toString())).toEqual({
    error: {
      message: 'upstream says 404 to Bearer [secret]',
      type: 'upstream_type',
      param: null,
      code: 'code_404',
    },
  })
  expect(result.headers).toEqual({
    'content-type': 'application/json',
    'x-upstream-request-id': 'req-upstream',
    'x-ratelimit-remaining-requests': '0',
  })
})

test.for([
  ['retry-seconds', 7000],
  ['retry-fraction', 1500],
  ['retry-milliseconds', 250],
  ['retry-date', 60_000],
  ['status-429', null],
] as const)('%s asks to be left alone for %d ms', async ([fault, retryAfterMs]) => {
  const server = await startFaults()
  const { result } = await forward(openUpstream(connectionTo(server.baseUrl)), requestFor(fault))
  expect(result).toMatchObject({ kind: 'rejected', retryAfterMs })
})

/** Neither the key nor the base URL nor anything the upstream said is in what may be logged or shown. */
function expectDiscreet({ result, thrown, answer }: Forwarded, baseUrl: string): void {
  const shown = [
    inspect(thrown, { depth: 10, showHidden: true }),
    inspect(result, { depth: 10 }),
    answer.text,
  ].join('\n')
  const isAnswer = result?.kind === 'answered' || result?.kind === 'rejected'
  expect(shown).not.toContain(canary)
  expect(shown).not.toContain('canary')
  expect(shown).not.toContain(new URL(baseUrl).host)
  if (!isAnswer && answer.status === null)
    expect(shown).not.toMatch(/this is no HTTP|<html>|xxxx|upstream says/)
}
