import { expect, test } from 'vitest'
import { eventsOfAnswer, jsonAnswer } from '../../fixtures/openai-answers.ts'
import { connectionTo, forward, openUpstream, requestFor, startFaults } from './open-upstream.ts'

const usage = { promptTokens: 11, completionTokens: 5, cachedTokens: 4, reasoningTokens: 2 }
const paths = ['/chat/completions', '/completions', '/responses', '/embeddings']
const streamed = ['/chat/completions', '/completions', '/responses']

/** What a client would read if it asked the upstream itself, and the model were called `alias` there. */
const direct = (path: string, withUsage: boolean) =>
  eventsOfAnswer({ path, model: 'alias', withUsage }).join('')

test.for(paths)('%s answers with the same bytes, but for the name of the model', async (path) => {
  const server = await startFaults()
  const { answer, result } = await forward(
    openUpstream(connectionTo(server.baseUrl)),
    requestFor('good', { path }),
  )
  const expected = jsonAnswer({ path, model: 'alias', withUsage: false })
  expect(answer.text).toBe(expected)
  expect(answer.status).toBe(200)
  expect(answer.headers).toEqual({
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(expected)),
  })
  expect(answer.writes).toBe(1)
  expect(result).toEqual({ kind: 'answered', status: 200, usage, firstByteMs: expect.any(Number) })
})

test.for(streamed)('%s streams the same bytes, but for the name of the model', async (path) => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl))
  const { answer, result } = await forward(upstream, requestFor('good', { path, stream: true }))
  expect(answer.text).toBe(direct(path, false))
  expect(answer.headers).toEqual({ 'content-type': 'text/event-stream; charset=utf-8' })
  expect(result).toMatchObject({ kind: 'answered', usage: path === '/responses' ? usage : null })
})

test.for(streamed)(
  '%s: usage that llmd asked for is counted, and the client sees nothing of it',
  async (path) => {
    const server = await startFaults()
    const upstream = openUpstream(connectionTo(server.baseUrl, { asksForStreamUsage: true }))
    const { answer, result } = await forward(upstream, requestFor('good', { path, stream: true }))
    expect(answer.text).toBe(direct(path, false))
    expect(result).toMatchObject({ usage })
    expect(server.requests[0]?.body.includes('"include_usage":true')).toBe(path !== '/responses')
  },
)

test('usage that the client asked for is passed on', async () => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl, { asksForStreamUsage: true }))
  const request = requestFor('good', { stream: true, stream_options: { include_usage: true } })
  const { answer, result } = await forward(upstream, request)
  expect(answer.text).toBe(direct('/chat/completions', true))
  expect(result).toMatchObject({ usage })
})

test('a client that asked for no usage gets none', async () => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl, { asksForStreamUsage: true }))
  const request = requestFor('good', { stream: true, stream_options: { include_usage: false, more: 1 } })
  const { answer, result } = await forward(upstream, request)
  expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({
    stream_options: { include_usage: true, more: 1 },
  })
  expect(answer.text).toBe(direct('/chat/completions', false))
  expect(result).toMatchObject({ usage })
})

test('an answer that is too large to be held flows through, with its model renamed at its end', async () => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl))
  const { answer, result } = await forward(upstream, requestFor('large', { path: '/embeddings' }))
  expect(answer.bytes.length).toBeGreaterThan(2 * 1024 ** 2)
  expect(answer.writes).toBeGreaterThan(2)
  expect(answer.headers).not.toHaveProperty('content-length')
  const { model, data } = JSON.parse(answer.text)
  expect({ model, inner: data[0].model, vector: data[0].embedding.length }).toEqual({
    model: 'alias',
    inner: 'mine',
    vector: 200_000,
  })
  expect(result).toMatchObject({ usage: { promptTokens: 3, completionTokens: 0 } })
})

test('bytes that are no UTF-8 are passed on as they are', async () => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl))
  for (const stream of [false, true]) {
    const { answer } = await forward(upstream, requestFor('invalid-utf8', { stream }))
    expect(answer.bytes.includes(Buffer.from([0xff, 0xfe, 0xc3]))).toBe(true)
  }
})
