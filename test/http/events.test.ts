import { describe, expect, it, vi } from 'vitest'
import { daemonEventSchema, type DaemonEvent } from '../../src/api/events.ts'
import { readServerSentEvents } from '../../src/client/server-sent-events.ts'
import { LlmdError } from '../../src/errors.ts'
import { createEventBus } from '../../src/events/create-event-bus.ts'
import { streamFeed } from '../../src/http/stream-feed.ts'
import { trackRequests } from '../../src/http/track-requests.ts'
import { call, overTcp } from './call.ts'
import { failing, type Fake, fakeApp, hanging, keys } from './fake-services.ts'

const reason = new LlmdError('shutting_down', 'llmd is shutting down.')

async function* parse(body: AsyncIterable<Uint8Array>): AsyncGenerator<DaemonEvent> {
  for await (const data of readServerSentEvents(body)) yield daemonEventSchema.parse(JSON.parse(data))
}

/** Opens the stream, and reads that it is open. */
async function follow({ app }: Fake, { key = keys.admin, query = '' } = {}) {
  const request = new Request(`http://127.0.0.1:5563/llmd/v1/events${query}`, {
    headers: { authorization: `Bearer ${key}` },
  })
  const { status, headers, body } = await app.fetch(request, overTcp)
  const events = parse(body!)
  expect(await events.next()).toMatchObject({ value: { type: 'opened' } })
  return { status, headers, events, next: async () => (await events.next()).value }
}

const chat = (fake: Fake, model = 'test/model') =>
  call(fake, {
    method: 'POST',
    path: '/v1/chat/completions',
    key: keys.llm,
    json: { model, messages: [{ role: 'user', content: 'hi' }] },
  })

describe('the stream of events', () => {
  it('tells of requests to models, from their start to their end', async () => {
    const fake = fakeApp()
    const { status, headers, next } = await follow(fake)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const answer = await chat(fake)
    const asked = {
      request_id: answer.headers.get('x-request-id'),
      path: '/v1/chat/completions',
      model: 'test/model',
      token_name: `name of ${keys.llm}`,
    }
    expect(await next()).toMatchObject({ type: 'request.started', ...asked })
    expect(await next()).toMatchObject({ type: 'request.finished', ...asked, status: 200, code: null })
  })

  it('tells how requests failed, and of none that asks how the daemon is', async () => {
    const fake = fakeApp({ backend: failing(new LlmdError('overloaded', 'Too much.')) })
    const { next } = await follow(fake, { query: '?types=request.finished' })
    await call(fake, { path: '/llmd/v1/status', key: keys.admin })
    await chat(fake, 'nobody')
    expect(await next()).toMatchObject({ model: null, status: 404, code: 'model_not_found' })
    await chat(fake)
    expect(await next()).toMatchObject({ model: 'test/model', status: 503, code: 'overloaded' })
  })

  it('tells of what was asked for', async () => {
    const fake = fakeApp()
    const { next } = await follow(fake, { query: '?types=model.loaded,model.failed' })
    fake.services.events.publish({ type: 'model.loading', name: 'a', progress: 0 })
    fake.services.events.publish({ type: 'model.loaded', name: 'a', ms: 7 })
    expect(await next()).toMatchObject({ type: 'model.loaded', id: 2, name: 'a', ms: 7 })
  })

  it.each([
    ['?types=model.lodaed', 'types[0]'],
    ['?types=', 'types[0]'],
    ['?type=model.loaded', 'type'],
  ])('refuses %s and names what is wrong', async (query, param) => {
    const { status, body } = await call(fakeApp(), { path: `/llmd/v1/events${query}`, key: keys.admin })
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'invalid_request', param })
  })

  it('is for administrators', async () => {
    expect(await call(fakeApp(), { path: '/llmd/v1/events', key: keys.llm })).toMatchObject({ status: 403 })
  })

  it('is not opened by HEAD', async () => {
    const fake = fakeApp()
    const { status } = await call(fake, { method: 'HEAD', path: '/llmd/v1/events', key: keys.admin })
    expect(status).toBe(200)
    await fake.requests.drain({ graceMs: 60_000, reason })
  })

  it('tells a slow reader how much it has missed', async () => {
    const fake = fakeApp()
    const { next } = await follow(fake)
    for (let ms = 1; ms <= 1500; ms += 1) {
      fake.services.events.publish({ type: 'model.loaded', name: 'a', ms })
    }
    const missed = await next()
    expect(missed).toMatchObject({ type: 'dropped', count: 500, id: 500 })
    expect(await next()).toMatchObject({ type: 'model.loaded', id: 501, ms: 501 })
  })

  it('tells nothing more once its token is revoked', async () => {
    const fake = fakeApp()
    const { app } = fake
    const request = new Request('http://127.0.0.1:5563/llmd/v1/events', {
      headers: { authorization: `Bearer ${keys.admin}` },
    })
    const { body } = await app.fetch(request, overTcp)
    const events = readServerSentEvents(body!)
    await events.next()
    await fake.services.tokens.revoke(`id-of-${keys.admin}`).catch(() => {})
    fake.services.events.publish({ type: 'model.loaded', name: 'a', ms: 7 })
    const { value = '' } = await events.next()
    expect(JSON.parse(value)).toMatchObject({ error: { code: 'invalid_api_key' } })
    expect(await events.next()).toMatchObject({ done: true })
  })

  it('ends when its reader leaves', async () => {
    const fake = fakeApp()
    const { events } = await follow(fake)
    await events.return(undefined)
    await vi.waitFor(
      () => expect(fake.logged).toContainEqual(expect.objectContaining({ path: '/llmd/v1/events' })),
      { timeout: 10_000, interval: 20 },
    )
  })
})

describe('a drain', () => {
  it('does not wait for those who listen, and tells them of the others to the end', async () => {
    const { backend, started } = hanging()
    const fake = fakeApp({ backend })
    const { events } = await follow(fake)
    const answer = chat(fake)
    await started
    const drained = fake.requests.drain({ graceMs: 60_000, reason })
    const [open] = fake.requests.list()
    open?.abort(new LlmdError('request_cancelled', 'Enough.'))
    await drained
    expect((await answer).status).toBe(409)
    const rest = await Array.fromAsync(events)
    expect(rest.map(({ type }) => type)).toEqual(['request.started', 'request.finished'])
  })
})

describe('a feed that is silent', () => {
  it('says now and then that it is alive', async () => {
    const request = trackRequests().open({ id: 'req_1', path: '/x', counted: false })
    const source = createEventBus().subscribe()
    const feed = { source, encode: JSON.stringify, request, allowed: () => true, heartbeatMs: 5 }
    const { body, ended } = streamFeed(feed)
    const reader = body.getReader()
    await reader.read()
    for (let beat = 0; beat < 3; beat += 1) {
      expect(new TextDecoder().decode((await reader.read()).value)).toBe(':\n\n')
    }
    request.abort(reason)
    expect(await ended).toBeUndefined()
    expect(await reader.read()).toMatchObject({ done: true })
  })
})
