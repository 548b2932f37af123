import { describe, expect, it } from 'vitest'
import type { ChatRequest } from '../../src/chat/request.ts'
import { LlmdError } from '../../src/errors.ts'
import type { App } from '../../src/http/create-app.ts'
import { failing, fakeApp, fakeBackend, hanging, speaking } from './fake-services.ts'

const least = { model: 'test/model', messages: [{ role: 'user', content: 'hi' }] }

function chat(app: App, body: unknown, init: RequestInit = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const request = new Request('http://llmd/v1/chat/completions', { method: 'POST', body: text, ...init })
  return app.fetch(request, { via: 'in-process' })
}

/** The `data:` of each server-sent event. */
function dataOf(text: string): string[] {
  return text
    .split('\n\n')
    .filter(Boolean)
    .map((frame) => frame.replace(/^data: /, ''))
}

describe('POST /v1/chat/completions', () => {
  it('hands the request to the backend and its words to the client', async () => {
    let seen: ChatRequest | undefined
    const voice = speaking('Hel', 'lo')
    const { app } = fakeApp({
      backend: fakeBackend({
        stream(request, signal) {
          seen = request
          return voice.stream(request, signal)
        },
      }),
    })
    const response = await chat(app, { ...least, temperature: 0, seed: 7 })
    expect(seen).toEqual({
      // The test's app has no tokens: whoever reaches it in process is trusted, and one client.
      client: '',
      messages: [{ role: 'user', content: 'hi' }],
      sampling: { temperature: 0, topP: 1, seed: 7 },
      stop: [],
      choices: 1,
      tools: [],
      toolChoice: { type: 'none' },
      parallelToolCalls: true,
      responseFormat: { type: 'text' },
    })
    expect(await response.json()).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-.{24,}$/),
      object: 'chat.completion',
      model: 'test/model',
      choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }],
      usage: { total_tokens: 7 },
    })
  })

  it('streams, every chunk with the one id', async () => {
    const response = await chat(fakeApp().app, { ...least, stream: true })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
      'x-request-id': expect.stringMatching(/^req_/),
    })
    const data = dataOf(await response.text())
    expect(data.pop()).toBe('[DONE]')
    const chunks = data.map((line) => JSON.parse(line))
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1)
    expect(chunks.map(({ choices }) => choices[0].delta.content).join('')).toBe('Hello there')
  })

  it('names the fields that it dropped', async () => {
    const response = await chat(fakeApp().app, { ...least, mirostat: 2, 'a b\r\n': 1 })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-llmd-dropped-params')).toBe('mirostat')
  })

  it('takes JSON that calls itself something else, as curl does', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await chat(fakeApp().app, least, { headers })).status).toBe(200)
  })

  it.each([
    ['{', 'invalid_json', null],
    ['', 'invalid_json', null],
    ['\ud800', 'invalid_json', null],
    ['['.repeat(100_000) + ']'.repeat(100_000), 'invalid_request', null],
    [`{"a":${'['.repeat(100_000)}`, 'invalid_request', null],
    [JSON.stringify({ ...least, temperature: 3 }), 'invalid_request', 'temperature'],
    [JSON.stringify({ ...least, tools: [{}] }), 'invalid_request', 'tools[0].type'],
    [JSON.stringify({ ...least, store: true }), 'unsupported_parameter', 'store'],
  ])('refuses %.20s', async (body, code, param) => {
    const response = await chat(fakeApp({ maxBodyBytes: 1_000_000 }).app, body)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', code, param } })
  })

  it('refuses bytes that are not UTF-8', async () => {
    const body = Buffer.from(JSON.stringify(least).replace('hi', 'h\u00e9'), 'latin1')
    expect((await chat(fakeApp().app, '', { body })).status).toBe(400)
  })

  it('does not know other models', async () => {
    const response = await chat(fakeApp().app, { ...least, model: 'Test/model' })
    expect(response.status).toBe(404)
    const { error } = JSON.parse(await response.text())
    expect(error).toMatchObject({ code: 'model_not_found', param: 'model' })
    expect(error.message).toMatch(/does not exist\. GET \/v1\/models lists/)
    expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code'])
  })

  it.each([
    ['overloaded', 503, { 'retry-after': '1', 'x-should-retry': null }],
    ['rate_limit_exceeded', 429, { 'retry-after': '1', 'x-should-retry': null }],
    ['unsupported_by_model', 400, { 'retry-after': null }],
    ['model_load_failed', 500, { 'retry-after': null, 'x-should-retry': 'false' }],
    ['engine_failed', 500, { 'retry-after': null, 'x-should-retry': null }],
    ['context_length_exceeded', 400, {}],
  ] as const)(
    'answers %s before the first event with %i, streaming or not',
    async (code, status, headers) => {
      for (const stream of [true, false]) {
        const { app } = fakeApp({ backend: failing(new LlmdError(code, 'No.')) })
        const response = await chat(app, { ...least, stream })
        expect(response.status).toBe(status)
        expect(response.headers.get('content-type')).toContain('application/json')
        for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name)).toBe(value)
        expect(await response.json()).toMatchObject({ error: { code } })
      }
    },
  )

  it('ends a stream that breaks with an error frame and no [DONE]', async () => {
    const fake = fakeApp({
      backend: failing(new LlmdError('engine_failed', 'It broke.'), { words: ['Hel'] }),
    })
    const response = await chat(fake.app, { ...least, stream: true })
    expect(response.status).toBe(200)
    const data = dataOf(await response.text()).map((line) => JSON.parse(line))
    expect(data.at(-1)).toMatchObject({
      error: { message: 'It broke.', type: 'server_error', param: null, code: 'engine_failed' },
      choices: [{ index: 0, delta: {}, finish_reason: 'error' }],
    })
    expect(fake.logged).toMatchObject([
      { level: 'error', code: 'engine_failed' },
      { level: 'info', status: 200, code: 'engine_failed' },
    ])
  })

  it('answers whole answers that break with a status', async () => {
    const { app } = fakeApp({ backend: failing(new Error('bug'), { words: ['Hel'] }) })
    const response = await chat(app, least)
    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({ error: { code: 'internal_error' } })
  })

  it('aborts the backend when the reader cancels', async () => {
    const { backend, aborted } = hanging()
    const fake = fakeApp({ backend })
    const { body } = await chat(fake.app, { ...least, stream: true })
    await body?.cancel()
    expect(await aborted).toMatchObject({ name: 'AbortError' })
    await expect.poll(() => fake.logged).toMatchObject([{ message: 'request', status: 499 }])
    expect(fake.requests).toMatchObject({ active: 0, served: 1 })
  })

  it.each([true, false])(
    'aborts the backend when the client leaves before an answer, stream %s',
    async (stream) => {
      const { backend, started, aborted } = hanging({ words: [] })
      const fake = fakeApp({ backend })
      const client = new AbortController()
      const answer = chat(fake.app, { ...least, stream }, { signal: client.signal })
      await started
      client.abort()
      expect(await aborted).toMatchObject({ name: 'AbortError' })
      await answer
      expect(fake.logged).toMatchObject([{ message: 'request', status: 499 }])
    },
  )
})
