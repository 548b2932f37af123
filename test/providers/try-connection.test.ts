import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { UpstreamConnection } from '../../src/providers/connection.ts'
import { createUpstream } from '../../src/providers/create-upstream.ts'
import { listModels } from '../../src/providers/list-models.ts'
import { tryConnection } from '../../src/providers/try-connection.ts'
import type { Upstream } from '../../src/providers/upstream.ts'
import { Secret } from '../../src/secret.ts'
import { answerJson, openFakeProvider } from '../fixtures/fake-provider.ts'

const deadlines = { connect: 2000, firstByte: 5000, idle: 5000, total: 10_000 }
const canary = 'sk-canary-0123456789'

function connectionTo(baseUrl: string, key: string | null = canary): UpstreamConnection {
  return {
    provider: 'fake',
    baseUrl,
    auth: { header: 'authorization', prefix: 'Bearer ' },
    key: key === null ? null : new Secret(key),
    headers: {},
    proxy: null,
    ca: null,
    socket: null,
    allowPrivate: true,
    asksForStreamUsage: true,
  }
}

async function attempt(connection: UpstreamConnection, ...models: string[]) {
  await using upstream = createUpstream(connection, deadlines)
  const result = await tryConnection(upstream, {
    models,
    connection,
    signal: new AbortController().signal,
  })
  expect(JSON.stringify(result)).not.toContain(canary)
  return result
}

test('a small chat completion is asked for, and its time is told', async () => {
  const provider = await openFakeProvider({ key: canary })
  expect(await attempt(connectionTo(provider.baseUrl), 'chat-small')).toEqual({
    ok: true,
    model: 'chat-small',
    attempts: 1,
    ms: expect.any(Number),
    failure: null,
  })
  const [request] = provider.seen
  expect(request).toMatchObject({ method: 'POST', path: '/v1/chat/completions' })
  expect(JSON.parse(request?.body ?? '')).toMatchObject({ model: 'chat-small', max_tokens: 16 })
})

test('a wrong key is said at once', async () => {
  const provider = await openFakeProvider({ key: 'another' })
  expect(await attempt(connectionTo(provider.baseUrl), 'chat-small')).toMatchObject({
    ok: false,
    attempts: 1,
    failure: { code: 'upstream_credentials', message: 'Invalid API key' },
  })
})

test('a model that is not there is said; of several the next is tried', async () => {
  const provider = await openFakeProvider()
  expect(await attempt(connectionTo(provider.baseUrl), 'nobody')).toMatchObject({
    attempts: 1,
    failure: { code: 'model_not_found', message: 'Model not found' },
  })
  expect(await attempt(connectionTo(provider.baseUrl), 'nobody', 'chat-large')).toMatchObject({
    ok: true,
    model: 'chat-large',
    attempts: 2,
  })
})

test('what may pass is tried three times', async () => {
  const provider = await openFakeProvider()
  const answers = [429, 503]
  provider.answers.chat = (request, response) => {
    const status = answers.shift()
    if (status === undefined) delete provider.answers.chat
    answerJson(status ?? 200, status === undefined ? { choices: [] } : {})(request, response)
  }
  expect(await attempt(connectionTo(provider.baseUrl), 'chat-small')).toMatchObject({ ok: true, attempts: 3 })
  provider.answers.chat = answerJson(429, { error: { message: 'Slow down' } })
  expect(await attempt(connectionTo(provider.baseUrl), 'chat-small')).toMatchObject({
    attempts: 3,
    failure: { message: 'Rate limit exceeded', hint: expect.stringContaining('Slow down') },
  })
})

test('where nobody listens it is the network', async () => {
  expect(await attempt(connectionTo('http://127.0.0.1:1/v1'), 'chat-small')).toMatchObject({
    ok: false,
    attempts: 3,
    ms: null,
    failure: { code: 'upstream_unreachable', message: 'Network error' },
  })
})

test('a model that wants another limit is asked with that', async () => {
  const provider = await openFakeProvider()
  provider.answers.chat = (request, response) => {
    const { max_tokens: old, max_completion_tokens: other } = JSON.parse(request.body)
    const isRight = old === undefined && other > 0
    const error = { message: "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead." }
    answerJson(isRight ? 200 : 400, isRight ? { choices: [{}] } : { error })(request, response)
  }
  expect(await attempt(connectionTo(provider.baseUrl), 'o9')).toMatchObject({ ok: true, attempts: 2 })
})

test.for([
  ['no JSON', (body: string) => body, '<html>', 'no chat completion'],
  ['other JSON', JSON.stringify, { hello: 1 }, 'no chat completion'],
  ['an error with 200', JSON.stringify, { error: { code: 402, message: 'No credits' } }, 'No credits'],
] as const)('%s is no answer', async ([, encode, body, told]) => {
  const provider = await openFakeProvider()
  provider.answers.chat = (_request, response) => void response.writeHead(200).end(encode(body as never))
  expect(await attempt(connectionTo(provider.baseUrl), 'chat-small')).toMatchObject({
    failure: { message: 'Connection failed', hint: expect.stringContaining(told) },
  })
})

test('whoever asked may leave between two tries, and is told why it ended', async () => {
  const abort = new AbortController()
  const reason = new Error('the end')
  const upstream: Upstream = {
    async exchange() {
      setImmediate(() => abort.abort(reason))
      return { status: 503, headers: {}, body: Buffer.alloc(0) }
    },
    forward: () => Promise.reject(new Error('nobody asked')),
    async warm() {},
    async [Symbol.asyncDispose]() {},
  }
  const connection = connectionTo('http://localhost/v1')
  await expect(tryConnection(upstream, { models: ['m'], connection, signal: abort.signal })).rejects.toBe(
    reason,
  )
})

test('whoever asked may leave', async () => {
  const provider = await openFakeProvider()
  const controller = new AbortController()
  const left = new Error('left')
  provider.answers.chat = () => controller.abort(left)
  const connection = connectionTo(provider.baseUrl)
  await using upstream = createUpstream(connection, deadlines)
  const asked = tryConnection(upstream, { models: ['chat-small'], connection, signal: controller.signal })
  await expect(asked).rejects.toBe(left)
})

test.for([
  ['the key', 401, {}, 'Invalid API key', ''],
  ['the base URL', 404, {}, 'Connection failed', 'Check the base URL'],
  ['a page', 200, {}, 'Connection failed', 'no list of models'],
] as const)('a list that fails for %s says so', async ([, status, body, message, hint]) => {
  const provider = await openFakeProvider()
  provider.answers.models = answerJson(status, body)
  const connection = connectionTo(provider.baseUrl)
  await using upstream = createUpstream(connection, deadlines)
  const listed = listModels(upstream, connection, AbortSignal.timeout(10_000))
  await expect(listed).rejects.toMatchObject({ message, hint: expect.stringContaining(hint) })
})

test('a list that fails for the network says so', async () => {
  const connection = connectionTo('http://127.0.0.1:1/v1')
  await using upstream = createUpstream(connection, deadlines)
  const listed = listModels(upstream, connection, AbortSignal.timeout(10_000))
  await expect(listed).rejects.toMatchObject({ message: 'Network error' })
})

test('a list larger than any is refused', async () => {
  const provider = await openFakeProvider()
  provider.answers.models = (_request, response) => {
    response.on('error', () => {})
    void (async () => {
      response.writeHead(200)
      for (let sent = 0; sent < 9 && !response.destroyed; sent++) {
        response.write(Buffer.alloc(1024 * 1024, ' '))
        await delay(0)
      }
      response.end('{"data": []}')
    })()
  }
  const connection = connectionTo(provider.baseUrl)
  await using upstream = createUpstream(connection, deadlines)
  const listed = listModels(upstream, connection, AbortSignal.timeout(10_000))
  await expect(listed).rejects.toMatchObject({ message: 'Connection failed' })
})
