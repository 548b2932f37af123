import { describe, expect, it, onTestFinished } from 'vitest'
import { createAdmission } from '../../src/access/admission.ts'
import { createSpending } from '../../src/access/spending.ts'
import type { Principal } from '../../src/access/token-store.ts'
import { withoutToken } from '../../src/access/without-token.ts'
import { LlmdError } from '../../src/errors.ts'
import { listenTcp } from '../../src/http/listen.ts'
import { costOf } from '../../src/prices/cost-of.ts'
import type { Upstream } from '../../src/providers/upstream.ts'
import type { TokenLimits } from '../../src/storage/token-table.ts'
import { connectionTo, openUpstream, startFaults } from '../providers/forwarding/open-upstream.ts'
import { call } from './call.ts'
import { failing, fakeApp, fakeBackend, keys, speaking, usage } from './fake-services.ts'

const million = 1_000_000
const none: TokenLimits = { rpm: null, tpm: null, creditsUntil: null, budget: null }
/** A credit for each token of a prompt, three for each of an answer. */
const price = { input: million * million, cachedInput: 0, output: 3 * million * million }
/** Of four tokens that were read, one from the cache, and two that were written. */
const cost = 4 + 2 * 3

const messages = [{ role: 'user', content: 'hi' }]

/** Answers with this usage, in JSON that is whole at once. */
function forwarding(text: string): Upstream {
  return {
    async forward(_request, sink) {
      sink.head(200, { 'content-type': 'application/json', 'x-ratelimit-limit-requests': '9999' }, usage)
      sink.write(Buffer.from(text))
      sink.end()
      return { kind: 'answered', status: 200, usage, firstByteMs: 1 }
    },
    exchange: () => Promise.reject(new Error('It is not asked that.')),
    warm: async () => {},
    [Symbol.asyncDispose]: async () => {},
  }
}

function open({
  limits,
  models = null,
  backend = speaking('Hello', ' there'),
  isPriced = true,
  upstream = forwarding('{"model":"far"}'),
}: {
  limits?: Partial<TokenLimits>
  models?: string[] | null
  backend?: ReturnType<typeof fakeBackend>
  isPriced?: boolean
  upstream?: Upstream
} = {}) {
  const fake = fakeApp({
    backend,
    find: (name) => (name === 'far' ? { kind: 'remote', provider: 'acme', model: 'good' } : undefined),
    upstream: () => upstream,
  })
  const spending = createSpending()
  const admission = createAdmission({
    spending,
    tariffOf: () => (isPriced ? (used) => costOf(price, used) : null),
  })
  Object.assign(fake.services.admission, admission)
  const principal: Principal = {
    ...withoutToken(['llm-all']),
    tokenId: 'id',
    tokenName: 'laptop',
    models: models && new Set(models),
    limits: limits ? { ...none, ...limits } : null,
  }
  const tokens = { ...fake.services.tokens }
  fake.services.tokens.verify = (key) => (key === 'mine' ? principal : tokens.verify(key))
  const ask = (path: string, json?: object) =>
    call(fake, { method: json ? 'POST' : 'GET', path, key: 'mine', ...(json && { json }) })
  const chat = (fields: object = {}) =>
    ask('/v1/chat/completions', { model: 'test/model', messages, ...fields })
  return { fake, spending, ask, chat }
}

describe('credits', () => {
  it('are told by the head of a whole answer, and counted', async () => {
    const { fake, spending, chat } = open({ limits: { creditsUntil: 100 * million } })
    const { status, headers } = await chat()
    expect(status).toBe(200)
    expect(headers.get('x-credits-consumed')).toBe(String(cost))
    expect(headers.get('x-credits-remaining')).toBe(String(100 - cost))
    expect(spending.total('id')).toBe(cost * million)
    expect(fake.used).toMatchObject([{ token: 'id', microCredits: cost * million }])
    expect(fake.told[0]).toMatchObject({ credits: cost })
  })

  it('are told of a forwarded answer too, whose bytes stay as they were', async () => {
    const { fake, spending, ask } = open({ limits: { creditsUntil: 100 * million, rpm: 5 } })
    const { headers, body } = await ask('/v1/chat/completions', { model: 'far', messages })
    expect(body).toEqual({ model: 'far' })
    expect(headers.get('x-credits-consumed')).toBe(String(cost))
    expect(headers.get('x-credits-remaining')).toBe(String(100 - cost))
    // Its own limits are what the client has to go by.
    expect(headers.get('x-ratelimit-limit-requests')).toBe('5')
    await expect.poll(() => fake.used).toMatchObject([{ microCredits: cost * million }])
    expect(spending.total('id')).toBe(cost * million)
  })

  it('are told over a connection by what the provider says in the end of its answer', async () => {
    const server = await startFaults({ paceMs: 0 })
    const deadlines = { connect: 5000, firstByte: 5000, idle: 5000, total: 5000 }
    const upstream = openUpstream(connectionTo(server.baseUrl, { asksForStreamUsage: true }), deadlines)
    const { fake } = open({ limits: { creditsUntil: 1000 * million }, upstream })
    const listener = await listenTcp({ app: fake.app, host: '127.0.0.1', port: 0 })
    onTestFinished(() => listener.close())
    const ask = (stream: boolean) =>
      fetch(`${listener.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: 'Bearer mine', 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'far', messages, stream }),
      })
    const whole = await ask(false)
    await whole.text()
    await expect.poll(() => fake.used).toHaveLength(1)
    const consumed = (fake.used[0]?.microCredits ?? 0) / million
    expect(consumed).toBeGreaterThan(0)
    expect(whole.headers.get('x-credits-consumed')).toBe(String(consumed))
    expect(whole.headers.get('x-credits-remaining')).toBe(String(1000 - consumed))
    const stream = await ask(true)
    expect(stream.headers.get('x-credits-remaining')).toBe(String(1000 - consumed))
    expect(stream.headers.has('x-credits-consumed')).toBe(false)
    await stream.text()
    await expect.poll(() => fake.used).toHaveLength(2)
    expect(fake.used[1]?.microCredits).toBeGreaterThan(0)
  })

  it('of a stream are told as they were at its start', async () => {
    const { fake, spending } = open({ limits: { creditsUntil: 100 * million } })
    const response = await fake.app.fetch(
      new Request('http://127.0.0.1:5563/v1/chat/completions', {
        method: 'POST',
        headers: { authorization: 'Bearer mine' },
        body: JSON.stringify({ model: 'test/model', messages, stream: true }),
      }),
      { via: 'tcp', boundHost: '127.0.0.1', hostHeaders: ['127.0.0.1:5563'] },
    )
    expect(response.headers.get('x-credits-remaining')).toBe('100')
    expect(response.headers.has('x-credits-consumed')).toBe(false)
    await response.text()
    await expect.poll(() => fake.used).toMatchObject([{ microCredits: cost * million }])
    expect(spending.total('id')).toBe(cost * million)
  })

  it('that are used up are a 402, which is recorded and costs nothing', async () => {
    const { fake, chat } = open({ limits: { creditsUntil: 5 * million } })
    expect((await chat()).headers.get('x-credits-remaining')).toBe('0')
    const { status, headers, body } = await chat()
    expect(status).toBe(402)
    expect(headers.get('x-credits-remaining')).toBe('0')
    expect(headers.get('x-should-retry')).toBe('false')
    expect(body.error).toMatchObject({ type: 'insufficient_quota', code: 'insufficient_quota' })
    expect(fake.used.map(({ status: told, microCredits }) => [told, microCredits])).toEqual([
      [200, cost * million],
      [402, 0],
    ])
  })

  it('are not used by what fails', async () => {
    const backend = failing(new LlmdError('engine_failed', 'It broke.'))
    const { fake, spending, chat } = open({ limits: { creditsUntil: million }, backend })
    expect(await chat()).toMatchObject({ status: 500 })
    expect(fake.used).toMatchObject([{ code: 'engine_failed', microCredits: 0 }])
    expect(spending.total('id')).toBe(0)
  })

  it('are no matter to a token without limits where nothing has a price', async () => {
    const { headers } = await open({ isPriced: false }).chat()
    expect([...headers.keys()].filter((name) => /credits|ratelimit/.test(name))).toEqual([])
  })
})

describe('limits of a minute', () => {
  it('are told by every answer, and refuse what is too much', async () => {
    const { chat } = open({ limits: { rpm: 1, tpm: 1000 }, isPriced: false })
    const first = await chat()
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('0')
    expect(first.headers.get('x-ratelimit-remaining-tokens')).toBe('993')
    const second = await chat()
    expect(second.status).toBe(429)
    expect(second.body.error).toMatchObject({ type: 'rate_limit_error', code: 'rate_limit_exceeded' })
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(55)
    for (const kind of ['requests', 'tokens']) {
      for (const what of ['limit', 'remaining', 'reset']) {
        expect(second.headers.has(`x-ratelimit-${what}-${kind}`)).toBe(true)
      }
    }
  })

  it('hold for whatever a model is asked', async () => {
    const backend = fakeBackend({
      tokenize: async () => [1],
      embed: async () => ({ vectors: [[1]], promptTokens: 3 }),
      rerank: async () => ({ scores: [1], promptTokens: 3 }),
    })
    const asked: [string, object][] = [
      ['/v1/embeddings', { input: 'a' }],
      ['/v1/rerank', { query: 'a', documents: ['b'] }],
      ['/tokenize', { content: 'a' }],
    ]
    for (const [path, fields] of asked) {
      const { ask } = open({ limits: { rpm: 1 }, backend, isPriced: false })
      const json = { model: 'test/model', ...fields }
      expect((await ask(path, json)).headers.get('x-ratelimit-remaining-requests')).toBe('0')
      expect(await ask(path, json)).toMatchObject({ status: 429 })
    }
  })
})

describe('a token of some models', () => {
  const models = ['test/model']

  it('is refused others, whether there are such or not', async () => {
    const { fake, ask, chat } = open({ models })
    expect(await chat()).toMatchObject({ status: 200 })
    for (const model of ['far', 'nowhere']) {
      const { status, body } = await chat({ model })
      expect(status).toBe(403)
      expect(body.error).toMatchObject({ code: 'permission_denied', param: 'model' })
      expect(await ask('/tokenize', { model, content: 'a' })).toMatchObject({ status: 403 })
    }
    expect(fake.used).toHaveLength(1)
  })

  it('sees those alone', async () => {
    const others = open({ models: ['far'] })
    expect((await others.ask('/v1/models')).body.data).toEqual([])
    expect(await others.ask('/v1/models/test/model')).toMatchObject({ status: 404 })
    const { ask } = open({ models })
    expect((await ask('/v1/models')).body.data).toMatchObject([{ id: 'test/model' }])
    expect(await ask('/v1/models/test/model')).toMatchObject({ status: 200 })
  })

  it('is one of many', async () => {
    const { fake } = open({ models })
    expect((await call(fake, { path: '/v1/models', key: keys.llm })).body.data).toHaveLength(1)
  })
})
