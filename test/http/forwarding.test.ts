import { once } from 'node:events'
import { request as startRequest, type IncomingMessage } from 'node:http'
import OpenAI, { RateLimitError } from 'openai'
import { expect, onTestFinished, test, vi } from 'vitest'
import { LlmdError } from '../../src/errors.ts'
import { listenTcp } from '../../src/http/listen.ts'
import type { RoutedModel } from '../../src/routing/router.ts'
import type { Target } from '../../src/routing/target.ts'
import type { FaultServer } from '../fixtures/fault-server.ts'
import { connectionTo, openUpstream, startFaults } from '../providers/forwarding/open-upstream.ts'
import { eventsOfAnswer, jsonAnswer } from '../fixtures/openai-answers.ts'
import { fakeApp, failing, keys, speaking, type Fake } from './fake-services.ts'

const patience = { timeout: 10_000, interval: 20 }
const deadlines = { connect: 400, firstByte: 400, idle: 400, total: 5000 }

interface Gateway extends Fake {
  url: string
  server: FaultServer
}

/** llmd over TCP, with the providers acme and other at one server. `acme/MODEL` is a model of acme. */
async function startGateway(
  routes: Record<string, RoutedModel> = {},
  { backend = speaking('local words') } = {},
): Promise<Gateway> {
  const server = await startFaults({ paceMs: 0 })
  const connection = connectionTo(server.baseUrl, { asksForStreamUsage: true })
  const upstreams = {
    acme: openUpstream(connection, deadlines),
    other: openUpstream({ ...connection, provider: 'other' }, deadlines),
  }
  const fake = fakeApp({
    backend,
    find: (name): Target | RoutedModel | undefined => {
      const [provider = '', model] = name.split('/')
      return (
        routes[name] ?? (model && provider in upstreams ? { kind: 'remote', provider, model } : undefined)
      )
    },
    upstream: (provider) => upstreams[provider as keyof typeof upstreams],
  })
  const listener = await listenTcp({ app: fake.app, host: '127.0.0.1', port: 0 })
  onTestFinished(() => listener.close())
  return { ...fake, url: listener.url, server }
}

function ask(
  { url }: Gateway,
  body: Record<string, unknown>,
  { path = '/v1/chat/completions' } = {},
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keys.llm}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [], ...body }),
  })
}

const messages = [{ role: 'user' as const, content: 'hi' }]

const fallback = (...models: string[]): RoutedModel => ({
  kind: 'routed',
  strategy: 'fallback',
  targets: models.map((model) => ({ model, weight: 1 })),
})

test.for(['/chat/completions', '/completions', '/embeddings', '/responses'])(
  '%s: the same bytes as from the provider, but for the name of the model',
  async (path) => {
    const gateway = await startGateway()
    const answer = await ask(gateway, { model: 'acme/good', input: 'x' }, { path: `/v1${path}` })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/)
    expect(answer.headers.get('x-llmd-model')).toBe('acme/good')
    expect(answer.headers.get('x-llmd-attempts')).toBe('1')
    expect(await answer.text()).toBe(jsonAnswer({ path, model: 'acme/good', withUsage: false }))
    await vi.waitFor(() => expect(gateway.used).toHaveLength(1), patience)
    expect(gateway.used[0]).toMatchObject({
      model: 'acme/good',
      target: 'good',
      provider: 'acme',
      path: `/v1${path}`,
      status: 200,
      code: null,
      promptTokens: 11,
      cachedTokens: 4,
      completionTokens: 5,
      reasoningTokens: 2,
      attempts: 1,
      token: `id-of-${keys.llm}`,
    })
  },
)

test.for(['/chat/completions', '/completions', '/responses'])(
  '%s streamed: the same bytes, and what was used is counted though nobody asked',
  async (path) => {
    const gateway = await startGateway()
    const answer = await ask(gateway, { model: 'acme/good', stream: true }, { path: `/v1${path}` })
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(await answer.text()).toBe(eventsOfAnswer({ path, model: 'acme/good', withUsage: false }).join(''))
    await vi.waitFor(() => expect(gateway.used).toHaveLength(1), patience)
    expect(gateway.used[0]).toMatchObject({ status: 200, promptTokens: 11, completionTokens: 5 })
  },
)

test('a caller in the same process reads the same', async () => {
  const gateway = await startGateway()
  for (const stream of [true, false]) {
    const body = JSON.stringify({ model: 'acme/good', messages: [], stream })
    const request = new Request('http://llmd/v1/chat/completions', { method: 'POST', body })
    const answer = await gateway.app.fetch(request, { via: 'in-process' })
    const asked = { path: '/chat/completions', model: 'acme/good', withUsage: false }
    expect(await answer.text()).toBe(stream ? eventsOfAnswer(asked).join('') : jsonAnswer(asked))
  }
  await vi.waitFor(
    () => expect(gateway.used.map(({ promptTokens }) => promptTokens)).toEqual([11, 11]),
    patience,
  )
})

const faults: Record<string, { status: number; code: string; broken?: string }> = {
  'reset-before': { status: 502, code: 'upstream_unreachable' },
  'close-before': { status: 502, code: 'upstream_unreachable' },
  'reset-midway': { status: 502, code: 'upstream_error', broken: 'upstream_error' },
  'close-midway': { status: 502, code: 'upstream_error', broken: 'upstream_error' },
  'stall-before': { status: 504, code: 'upstream_timeout' },
  'stall-after-head': { status: 504, code: 'upstream_timeout' },
  'stall-midway': { status: 504, code: 'upstream_timeout', broken: 'upstream_timeout' },
  'cut-midway': { status: 502, code: 'upstream_error', broken: 'upstream_error' },
  'no-end': { status: 502, code: 'upstream_error', broken: 'upstream_error' },
  'not-http': { status: 502, code: 'upstream_error' },
  continue: { status: 502, code: 'upstream_error' },
  garbage: { status: 502, code: 'upstream_error' },
  nothing: { status: 502, code: 'upstream_error' },
  'gzip-bomb': { status: 502, code: 'upstream_error' },
  'long-headers': { status: 502, code: 'upstream_error' },
  'wrong-type': { status: 502, code: 'upstream_error' },
  redirect: { status: 502, code: 'upstream_error' },
  'status-401': { status: 502, code: 'upstream_credentials' },
  'status-999': { status: 502, code: 'upstream_error' },
}

const rows = Object.entries(faults).flatMap(([fault, expected]) =>
  [false, true].map((stream) => ({ fault, stream, expected })),
)

test.for(rows)('$fault, stream $stream', async ({ fault, stream, expected: { status, code, broken } }) => {
  const gateway = await startGateway()
  const answer = await ask(gateway, { model: `acme/${fault}`, stream })
  const text = await answer.text()
  if (stream && broken !== undefined) {
    expect(answer.status).toBe(200)
    const last = text.trimEnd().split('\n\n').at(-1) ?? ''
    expect(JSON.parse(last.slice('data: '.length))).toMatchObject({
      error: { code: broken, message: expect.stringContaining('acme') },
      choices: [{ finish_reason: 'error' }],
    })
    expect(text).not.toMatch(/^data: \[DONE\]/m)
  } else {
    expect(answer.status).toBe(status)
    expect(JSON.parse(text)).toMatchObject({ error: { code, message: expect.stringContaining('acme') } })
  }
  expect(gateway.server.requests).toHaveLength(1)
  await vi.waitFor(() => expect(gateway.used).toHaveLength(1), patience)
  expect(gateway.used[0]).toMatchObject({ code: broken !== undefined && stream ? broken : code })
  expect(JSON.stringify([text, gateway.logged, gateway.used])).not.toContain('canary')
})

test.for([400, 402, 403, 404, 422, 429, 500, 503])(
  'a provider says no with %s, in its own words',
  async (status) => {
    const gateway = await startGateway()
    const answer = await ask(gateway, { model: `acme/status-${status}` })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/)
    expect(answer.headers.get('x-upstream-request-id')).toBe('req-upstream')
    expect(answer.headers.get('x-ratelimit-remaining-requests')).toBe('0')
    expect(answer.headers.get('x-internal')).toBeNull()
    const text = await answer.text()
    expect(JSON.parse(text)).toMatchObject({ error: { type: 'upstream_type', code: `code_${status}` } })
    expect(text).not.toContain('canary')
  },
)

test.for([
  [{ stream: 1 }, 'stream'],
  [{ stream: 'true' }, 'stream'],
  [{ Stream: true }, 'Stream'],
  [{ Model: 'acme/other' }, 'Model'],
  [{ stream: true, STREAM_OPTIONS: { include_usage: false } }, 'STREAM_OPTIONS'],
  [{ stream: true, stream_options: { Include_Usage: false } }, 'stream_options.Include_Usage'],
  [{ '\u017ftream': true }, '\u017ftream'],
] as const)('%j, of which providers could make what llmd did not, is refused', async ([fields, param]) => {
  const gateway = await startGateway()
  const answer = await ask(gateway, { model: 'acme/good', ...fields })
  expect(answer.status).toBe(400)
  expect(JSON.parse(await answer.text()).error).toMatchObject({ type: 'invalid_request_error', param })
  expect(gateway.server.requests).toHaveLength(0)
})

test.for([
  ['models', ['other']],
  ['route', 'fallback'],
  ['fallbacks', ['other']],
  ['model_list', [{ model_name: 'other' }]],
] as const)('%s, which would have another model answer, is refused', async ([param, value]) => {
  const gateway = await startGateway({ smart: fallback('acme/good', 'test/model') })
  const refused = await ask(gateway, { model: 'acme/good', [param]: value })
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({ error: { code: 'unsupported_parameter', param } })
  const lookalike = await ask(gateway, { model: 'acme/good', [param.toUpperCase()]: value })
  expect(await lookalike.json()).toMatchObject({ error: { param: param.toUpperCase() } })
  // A local model knows of no others.
  const local = await ask(gateway, { model: 'smart', messages, [param]: value })
  expect(local.headers.get('x-llmd-model')).toBe('test/model')
  expect((await ask(gateway, { model: 'acme/good', [param]: null })).status).toBe(200)
  expect(gateway.server.requests).toHaveLength(1)
  expect(gateway.services.health.status('acme/good').lastError).toBeNull()
})

test.for([
  [429, 'Request too large for m on tokens per min (TPM): Limit 30000, Requested 46819.'],
  [402, 'This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens.'],
  [400, "This model's maximum context length is 8192 tokens."],
  [413, 'Payload Too Large'],
] as const)(
  'a request that is too large for a provider goes on to the next target, and cools nobody: %s',
  async ([status, message]) => {
    const gateway = await startGateway({ smart: fallback(`acme/says ${status} ${message}`, 'other/good') })
    for (let time = 0; time < 4; time++) {
      const answer = await ask(gateway, { model: 'smart' })
      expect(answer.headers.get('x-llmd-attempts')).toBe('2')
    }
    expect(gateway.services.health.status(`acme/says ${status} ${message}`).lastError).toBeNull()
    const plain = await ask(gateway, { model: `acme/says ${status} ${message}` })
    expect(plain.status).toBe(status)
  },
)

test("OpenAI's client reads the same through llmd as from the provider itself", async () => {
  const gateway = await startGateway()
  const direct = new OpenAI({ baseURL: gateway.server.baseUrl, apiKey: 'x', maxRetries: 0 })
  const through = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keys.llm, maxRetries: 0 })
  const whole = [
    await direct.chat.completions.create({ model: 'good', messages }),
    await through.chat.completions.create({ model: 'acme/good', messages }),
  ]
  expect({ ...whole[1], model: '' }).toEqual({ ...whole[0], model: '' })
  const read = async (client: OpenAI, model: string) => {
    const stream = await client.chat.completions.create({ model, messages, stream: true })
    return (await Array.fromAsync(stream)).map((chunk) => Object.assign(chunk, { model: '' }))
  }
  expect(await read(through, 'acme/good')).toEqual(await read(direct, 'good'))
  await expect(through.chat.completions.create({ model: 'acme/status-429', messages })).rejects.toThrow(
    RateLimitError,
  )
})

test('a routed model is answered by the next target where the first one fails', async () => {
  const gateway = await startGateway({ smart: fallback('acme/status-503', 'other/good') })
  const answer = await ask(gateway, { model: 'smart' })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('x-llmd-model')).toBe('other/good')
  expect(answer.headers.get('x-llmd-attempts')).toBe('2')
  expect(await answer.json()).toMatchObject({ model: 'smart' })
  expect(gateway.server.requests).toHaveLength(2)
  await vi.waitFor(() => expect(gateway.used).toHaveLength(1), patience)
  expect(gateway.used[0]).toMatchObject({ model: 'smart', provider: 'other', attempts: 2 })
})

test('a routed model goes from a provider to a local model and back', async () => {
  const routes = {
    'local-last': fallback('acme/reset-before', 'test/model'),
    'local-first': fallback('test/model', 'acme/good'),
  }
  const remote = await startGateway(routes)
  expect(await (await ask(remote, { model: 'local-last', messages })).json()).toMatchObject({
    choices: [{ message: { content: 'local words' } }],
  })
  const broken = failing(new LlmdError('model_load_failed', 'It does not load.'))
  const local = await startGateway(routes, { backend: broken })
  const answer = await ask(local, { model: 'local-first', messages })
  expect(answer.headers.get('x-llmd-model')).toBe('acme/good')
})

test('a provider may call its models whatever it likes', async () => {
  const gateway = await startGateway({ smart: fallback('acme/模型 é', 'other/good') })
  for (const model of ['acme/模型 é', 'smart']) {
    const answer = await ask(gateway, { model })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-llmd-model')).toBe('acme/%E6%A8%A1%E5%9E%8B%20%C3%A9')
    expect(await answer.json()).toMatchObject({ model })
  }
})

test('nothing else is tried once a stream has begun', async () => {
  const gateway = await startGateway({ smart: fallback('acme/reset-midway', 'other/good') })
  const text = await (await ask(gateway, { model: 'smart', stream: true })).text()
  expect(text).toContain('"finish_reason":"error"')
  expect(gateway.server.requests).toHaveLength(1)
})

test('where every target fails the last word of a provider is passed on', async () => {
  const gateway = await startGateway({ smart: fallback('acme/status-500', 'other/status-503') })
  const answer = await ask(gateway, { model: 'smart' })
  expect([500, 503]).toContain(answer.status)
  expect(gateway.server.requests.length).toBeGreaterThanOrEqual(2)
  expect(gateway.server.requests.length).toBeLessThanOrEqual(4)
})

function open({ url }: Gateway, body: object): Promise<IncomingMessage> {
  const text = JSON.stringify({ messages: [], ...body })
  return new Promise((resolve, reject) => {
    startRequest(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keys.llm}`, 'content-length': Buffer.byteLength(text) },
    })
      .once('response', resolve)
      .once('error', reject)
      .end(text)
  })
}

test('a client that leaves ends the work of the provider within 150 ms', async () => {
  const gateway = await startGateway()
  const answer = await open(gateway, { model: 'acme/flood', stream: true })
  await once(answer, 'data')
  const left = performance.now()
  answer.destroy()
  await vi.waitFor(() => expect(gateway.server.open).toBe(0), { timeout: 5000, interval: 2 })
  expect(performance.now() - left).toBeLessThan(150)
  await vi.waitFor(() => expect(gateway.used).toHaveLength(1), patience)
  expect(gateway.used[0]).toMatchObject({ status: 499 })
})

test('a stream that an operator ends, or the end of llmd, says so', async () => {
  const gateway = await startGateway()
  const answer = await open(gateway, { model: 'acme/stall-midway', stream: true })
  await once(answer, 'data')
  const [request] = gateway.requests.list()
  gateway.requests.cancel(request?.id ?? '')
  const rest = Buffer.concat(await Array.fromAsync(answer)).toString()
  expect(rest).toContain('"code":"request_cancelled"')
  await vi.waitFor(() => expect(gateway.server.open).toBe(0), patience)
  await vi.waitFor(() => expect(gateway.used).toHaveLength(1), patience)
  expect(gateway.used[0]).toMatchObject({ code: 'request_cancelled' })
})

test('a client that does not read makes the provider wait', async () => {
  const gateway = await startGateway()
  const answer = await open(gateway, { model: 'acme/flood', stream: true })
  answer.pause()
  let before = -1
  await vi.waitFor(
    () => {
      const { bytesWritten } = gateway.server
      const still = bytesWritten === before
      before = bytesWritten
      expect(still).toBe(true)
    },
    { timeout: 10_000, interval: 100 },
  )
  expect(before).toBeLessThan(40 * 1024 ** 2)
  answer.destroy()
})
