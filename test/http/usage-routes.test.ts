import { describe, expect, it } from 'vitest'
import { withoutToken } from '../../src/access/without-token.ts'
import { openRequestListSchema, requestStorySchema } from '../../src/api/requests.ts'
import { usageSchema } from '../../src/api/usage.ts'
import type { AnswerObserver } from '../../src/chat/backend.ts'
import type { ChatUsage } from '../../src/chat/usage.ts'
import type { UsageGroup, UsageQuery } from '../../src/usage/ledger.ts'
import { usageRow } from '../usage/open-ledger.ts'
import { call } from './call.ts'
import { type Fake, failing, fakeApp, fakeBackend, keys, textDelta, usage } from './fake-services.ts'
import { LlmdError } from '../../src/errors.ts'

const admin = (fake: Fake, path: string) => call(fake, { path: `/llmd/v1${path}`, key: keys.admin })

const chat = (fake: Fake, rest: object = {}) =>
  call(fake, {
    method: 'POST',
    path: '/v1/chat/completions',
    key: keys.llm,
    json: { model: 'test/model', messages: [{ role: 'user', content: 'hi' }], ...rest },
  })

function group(key: string | null, rest: Partial<UsageGroup> = {}): UsageGroup {
  return {
    key,
    requests: 2,
    errors: 1,
    promptTokens: 10,
    cachedTokens: 4,
    completionTokens: 6,
    reasoningTokens: 2,
    firstBytes: 1,
    firstByteMs: 30,
    ms: 100,
    microCredits: 1500,
    ...rest,
  }
}

/** The ledger answers with these, and keeps what it was asked. */
function withSums(groups: UsageGroup[]) {
  const fake = fakeApp()
  const asked: UsageQuery[] = []
  fake.services.ledger.sum = async (query) => {
    asked.push(query)
    return groups
  }
  return { fake, asked }
}

describe('GET /llmd/v1/usage', () => {
  it('sums by model, the largest first, with means', async () => {
    const { fake, asked } = withSums([group('small'), group('large', { promptTokens: 1000, firstBytes: 0 })])
    const { status, body } = await admin(fake, '/usage')
    expect(status).toBe(200)
    const { totals, data, ...rest } = usageSchema.parse(body)
    expect(rest).toEqual({ by: 'model', since: null, until: null })
    expect(data.map(({ key, name, ms, first_byte_ms }) => [key, name, ms, first_byte_ms])).toEqual([
      ['large', 'large', 50, null],
      ['small', 'small', 50, 30],
    ])
    expect(totals).toMatchObject({ requests: 4, errors: 2, prompt_tokens: 1010, first_byte_ms: 60 })
    expect(asked).toEqual([{ by: 'model' }])
  })

  it('names tokens, also revoked ones, and finds them by name', async () => {
    const { fake, asked } = withSums([group(null), group('gone')])
    const { id } = await fake.services.tokens.create(
      { name: 'laptop', scopes: ['llm-all'], expires_at: null },
      withoutToken(['llm-all', 'admin']),
    )
    fake.services.ledger.sum = async (query) => {
      asked.push(query)
      return [group(id), group(null), group('gone')]
    }
    const { body } = await admin(fake, '/usage?by=token&token=laptop')
    const names = usageSchema.parse(body).data.map(({ key, name }) => [key, name])
    expect(new Map(names as [string, string][])).toEqual(
      new Map([
        [id, 'laptop'],
        [null, null],
        ['gone', null],
      ]),
    )
    expect(asked).toEqual([{ by: 'token', tokens: [id] }])
  })

  it('has days in their order', async () => {
    const { fake } = withSums([group('2026-01-02'), group('2026-01-01', { promptTokens: 0 })])
    const { body } = await admin(fake, '/usage?by=day&since=2026-01-01T00:00:00Z&until=2026-02-01T00:00:00Z')
    expect(body).toMatchObject({
      since: '2026-01-01T00:00:00.000Z',
      data: [{ key: '2026-01-01' }, { key: '2026-01-02' }],
    })
  })

  it('is all nothing where there was nothing', async () => {
    const { body } = await admin(withSums([]).fake, '/usage')
    expect(body).toMatchObject({ totals: { requests: 0, ms: null, first_byte_ms: null }, data: [] })
  })

  it.each([
    ['?by=nonsense', 400, 'by'],
    ['?since=yesterday', 400, 'since'],
    ['?from=2026', 400, 'from'],
    ['?token=nobody', 404, null],
  ])('refuses %s', async (query, status, param) => {
    expect(await admin(fakeApp(), `/usage${query}`)).toMatchObject({ status, body: { error: { param } } })
  })

  it('is for management', async () => {
    expect(await call(fakeApp(), { path: '/llmd/v1/usage', key: keys.llm })).toMatchObject({ status: 403 })
  })
})

describe('GET /llmd/v1/requests', () => {
  it('tells how far the answer of a local model is', async () => {
    const asked = Promise.withResolvers<AnswerObserver | undefined>()
    const end = Promise.withResolvers<void>()
    const fake = fakeApp({
      backend: fakeBackend({
        async *stream(_request, _signal, observer) {
          asked.resolve(observer)
          await end.promise
          yield { type: 'finish', usage }
        },
      }),
    })
    const listed = async () => {
      const { body } = await admin(fake, '/requests')
      return openRequestListSchema.parse(body).data
    }
    const answer = chat(fake)
    const observer = await asked.promise
    expect(await listed()).toMatchObject([{ completion_tokens: null, tokens_per_second: null }])
    observer?.onProgress({ tokens: 1, ms: 0 })
    expect(await listed()).toMatchObject([{ completion_tokens: 1, tokens_per_second: null }])
    observer?.onProgress({ tokens: 101, ms: 2000 })
    expect(await listed()).toMatchObject([
      { model: 'test/model', completion_tokens: 101, tokens_per_second: 50 },
    ])
    end.resolve()
    await answer
    expect(await listed()).toEqual([])
  })
})

describe('GET /llmd/v1/requests/ID', () => {
  it('tells how an answer came about', async () => {
    const fake = fakeApp({
      backend: fakeBackend({
        async *stream(_request, _signal, observer) {
          observer?.onReady()
          observer?.onTurn(3)
          yield textDelta('Hi')
          yield { type: 'choice-finish', choice: 0, reason: 'stop' }
          yield { type: 'finish', usage }
        },
      }),
    })
    const { headers } = await chat(fake)
    const { status, body } = await admin(fake, `/requests/${headers.get('x-request-id')}`)
    expect(status).toBe(200)
    const story = requestStorySchema.parse(body)
    expect(story).toMatchObject({
      id: headers.get('x-request-id'),
      model: 'test/model',
      token_name: `name of ${keys.llm}`,
      status: 200,
      code: null,
      route: { strategy: null, targets: ['local:test/model'] },
      target: 'test/model',
      provider: null,
      attempts: [{ target: 'local:test/model', outcome: 'answered', status: 200 }],
      turn_wait_ms: 3,
      usage: { prompt_tokens: 5, completion_tokens: 2, cached_tokens: 1, reasoning_tokens: 0 },
    })
    expect(story.model_wait_ms).toBeGreaterThanOrEqual(0)
    expect(story.ms).toBeGreaterThanOrEqual(story.first_byte_ms ?? 0)
  })

  it('tells what went wrong', async () => {
    const fake = fakeApp({ backend: failing(new LlmdError('overloaded', 'Too much.')) })
    const { headers } = await chat(fake)
    const { body } = await admin(fake, `/requests/${headers.get('x-request-id')}`)
    expect(body).toMatchObject({
      status: 503,
      code: 'overloaded',
      usage: null,
      attempts: [{ outcome: 'failed', code: 'overloaded' }],
    })
  })

  it('has of older ones what the ledger has, and knows nothing of others', async () => {
    const fake = fakeApp()
    fake.used.push(usageRow('req_old', { token: null }))
    expect((await admin(fake, '/requests/req_old')).body).toMatchObject({
      started_at: '2026-01-31T12:00:00.000Z',
      provider: 'acme',
      attempt_count: 1,
      attempts: null,
      route: null,
    })
    expect(await admin(fake, '/requests/req_none')).toMatchObject({
      status: 404,
      body: { error: { code: 'request_not_found' } },
    })
  })

  it('forgets the oldest of more than 500', async () => {
    const fake = fakeApp()
    const ids = Array.from({ length: 501 }, (_, index) => `req_${index}`)
    for (const id of ids) {
      fake.requests.open({ id, path: '/v1/models', counted: true }).close({ status: 200, code: null })
    }
    expect(fake.requests.find('req_0')).toBeUndefined()
    expect(ids.filter((id) => fake.requests.find(id))).toHaveLength(500)
  })
})

/** Says one word and hangs; `reckoning` is what it says of its usage when it is aborted. */
function cutting(reckoning: Promise<ChatUsage | null>) {
  return fakeBackend({
    async *stream(_request, signal, observer) {
      const cut = Promise.withResolvers<never>()
      cut.promise.catch(() => {})
      signal.addEventListener('abort', () => {
        observer?.onCut(reckoning)
        cut.reject(signal.reason)
      })
      yield textDelta('one')
      await cut.promise
    },
  })
}

describe('an answer that was cut short', () => {
  it('is counted when it is known what it used, and is open until then', async () => {
    const reckoning = Promise.withResolvers<ChatUsage | null>()
    const fake = fakeApp({ backend: cutting(reckoning.promise) })
    const answering = chat(fake)
    await expect.poll(() => fake.requests.list()[0]?.firstByteMs).toBeGreaterThan(0)
    fake.requests.list()[0]?.leave()
    await answering
    expect(fake.used).toEqual([])
    expect(fake.requests.active).toBe(1)
    reckoning.resolve({ promptTokens: 9, completionTokens: 4, cachedTokens: 3, reasoningTokens: 1 })
    await expect.poll(() => fake.used).toHaveLength(1)
    expect(fake.used[0]).toMatchObject({
      status: 499,
      promptTokens: 9,
      completionTokens: 4,
      cachedTokens: 3,
      reasoningTokens: 1,
    })
    expect(fake.requests.active).toBe(0)
  })

  it('is counted also where nobody knows', async () => {
    const fake = fakeApp({ backend: cutting(Promise.resolve(null)) })
    const answering = chat(fake)
    await expect.poll(() => fake.requests.list()[0]?.firstByteMs).toBeGreaterThan(0)
    fake.requests.list()[0]?.leave()
    await answering
    await expect.poll(() => fake.used).toHaveLength(1)
    expect(fake.used[0]).toMatchObject({ status: 499, promptTokens: 0, completionTokens: 0 })
  })
})
