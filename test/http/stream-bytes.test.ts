import { expect, test, vi } from 'vitest'
import { LlmdError } from '../../src/errors.ts'
import { streamBytes } from '../../src/http/stream-bytes.ts'
import { trackRequests } from '../../src/http/track-requests.ts'

const patience = { timeout: 10_000, interval: 10 }

/** Streams these pieces, and then what `last` does. */
function stream(
  pieces: string[],
  options: Partial<Parameters<typeof streamBytes>[0]> & {
    last?: () => Promise<unknown>
    stallMs?: number
  } = {},
) {
  const { last, stallMs = 30_000, ...rest } = options
  const request = trackRequests({ stallMs }).open({ id: 'r', path: '/mcp/a', counted: true })
  const seen = { pulled: 0, returned: false }
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      const piece = pieces[seen.pulled++]
      if (piece !== undefined) return { done: false, value: Buffer.from(piece) }
      await last?.()
      return { done: true, value: undefined }
    },
    async return() {
      seen.returned = true
      return { done: true, value: undefined }
    },
  }
  const { body, ended } = streamBytes({
    body: { [Symbol.asyncIterator]: () => iterator },
    lastWords: () => undefined,
    hangUp: undefined,
    allowed: () => true,
    request,
    ...rest,
  })
  return { request, seen, body, ended, text: () => new Response(body).text() }
}

const failure = new LlmdError('upstream_error', 'It broke off.')
const fails = () => Promise.reject(failure)

test('pieces come as they are, each when it is asked for', async () => {
  const { body, seen, ended } = stream(['one', 'two'])
  const reader = body.getReader()
  expect(seen.pulled).toBe(0)
  expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('one')
  expect(seen.pulled).toBe(1)
  await reader.read()
  expect(await reader.read()).toMatchObject({ done: true })
  expect(await ended).toBe(undefined)
})

test('what breaks off ends with last words, or is cut off', async () => {
  const told = stream(['one '], { last: fails, lastWords: ({ code }) => `last words: ${code}` })
  expect(await told.text()).toBe('one last words: upstream_error')
  expect(await told.ended).toBe(failure)

  const cut = stream(['one'], { last: fails })
  await expect(cut.text()).rejects.toBe(failure)
  expect(await cut.ended).toBe(failure)

  let hangUps = 0
  const hung = stream([], { last: fails, hangUp: () => void (hangUps += 1) })
  void hung.text()
  expect(await hung.ended).toBe(failure)
  // The client did not leave, though its connection is closed.
  hung.request.leave()
  expect([hangUps, hung.request.clientLeft]).toEqual([1, false])
})

test('an operator ends it, before it begins too', async () => {
  const reason = new LlmdError('request_cancelled', 'Enough.')
  const waiting = stream([], { last: () => new Promise(() => {}), lastWords: () => 'cancelled' })
  const text = waiting.text()
  waiting.request.abort(reason)
  expect(await text).toBe('cancelled')
  expect([await waiting.ended, waiting.seen.returned]).toEqual([reason, true])
})

test('a client that leaves ends it, as does one that reads nothing', async () => {
  const left = stream(['one', 'two'])
  await left.body.cancel()
  expect(await left.ended).toBe(undefined)
  expect([left.request.clientLeft, left.seen.returned]).toEqual([true, true])

  const stalled = stream(['one', 'two'], { stallMs: 20 })
  await stalled.body.getReader().read()
  await vi.waitFor(() => expect(stalled.seen.returned).toBe(true), patience)
  expect(await stalled.ended).toMatchObject({ code: 'client_stalled' })
})

test('nothing more is sent once the token is revoked', async () => {
  const { text, ended } = stream(['one'], { allowed: () => false, lastWords: ({ code }) => code })
  expect(await text()).toBe('invalid_api_key')
  expect(await ended).toMatchObject({ code: 'invalid_api_key' })
})
