import { describe, expect, it, vi } from 'vitest'
import { logItemSchema, type LogItem } from '../../src/api/logs.ts'
import { readServerSentEvents } from '../../src/client/server-sent-events.ts'
import { LlmdError } from '../../src/errors.ts'
import { call, overTcp } from './call.ts'
import { failing, type Fake, fakeApp, keys } from './fake-services.ts'

const patience = { timeout: 10_000, interval: 20 }

async function* parse(body: AsyncIterable<Uint8Array>): AsyncGenerator<LogItem> {
  for await (const data of readServerSentEvents(body)) yield logItemSchema.parse(JSON.parse(data))
}

/** Opens the stream, and reads that it is open. */
async function open({ app }: Fake, query = '') {
  const request = new Request(`http://127.0.0.1:5563/llmd/v1/logs${query}`, {
    headers: { authorization: `Bearer ${keys.admin}` },
  })
  const { status, headers, body } = await app.fetch(request, overTcp)
  const items = parse(body!)
  expect(await items.next()).toMatchObject({ value: { type: 'opened' } })
  return { status, headers, items, next: async () => (await items.next()).value }
}

const chat = (fake: Fake, model = 'test/model') =>
  call(fake, {
    method: 'POST',
    path: '/v1/chat/completions',
    key: keys.llm,
    json: { model, messages: [{ role: 'user', content: 'canary-prompt' }] },
  })

const messages = (items: LogItem[]) =>
  items.map((item) => (item.type === 'line' ? item.entry.message : item.type))

describe('the stream of the log', () => {
  it('gives the lines that are there, and ends', async () => {
    const fake = fakeApp()
    fake.services.log.info('one')
    fake.services.log.warn('two', { model: 'a' })
    const { status, headers, items } = await open(fake)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(messages(await Array.fromAsync(items))).toEqual(['one', 'two'])
    expect(messages(await Array.fromAsync((await open(fake, '?model=a')).items))).toEqual(['two'])
  })

  it('goes on with what comes, if that is wanted, until the daemon has ended its requests', async () => {
    const fake = fakeApp()
    fake.services.log.info('one')
    const { items, next } = await open(fake, '?follow=1&level=info')
    expect(await next()).toMatchObject({ entry: { message: 'one' } })
    fake.services.log.debug('no')
    fake.services.log.info('two')
    expect(await next()).toMatchObject({ entry: { message: 'two' } })
    fake.services.log.info('three')
    await fake.requests.drain({ graceMs: 60_000, reason: new LlmdError('shutting_down', 'Bye.') })
    expect(messages(await Array.fromAsync(items))).toEqual(['three'])
  })

  it('has lines of a request under its id, its model and its token', async () => {
    const fake = fakeApp({ backend: failing(new Error('canary-cause')) })
    const { headers } = await chat(fake)
    const id = headers.get('x-request-id')
    const { items } = await open(fake, `?request=${id}&model=test/model`)
    const told = { request_id: id, model: 'test/model', token: `id-of-${keys.llm}` }
    expect(await Array.fromAsync(items)).toMatchObject([
      { entry: { level: 'error', message: 'request failed', ...told } },
      { entry: { level: 'info', message: 'request', status: 500, ...told } },
    ])
  })

  it('has no prompts', async () => {
    const fake = fakeApp()
    await chat(fake)
    await chat(fake, 'nobody')
    expect(fake.logged).toHaveLength(2)
    expect(JSON.stringify(fake.logged)).not.toContain('canary')
  })

  it.each([
    ['?level=loud', 'level'],
    ['?since=yesterday', 'since'],
    ['?follow=yes', 'follow'],
    ['?models=a', 'models'],
  ])('refuses %s and names what is wrong', async (query, param) => {
    const { status, body } = await call(fakeApp(), { path: `/llmd/v1/logs${query}`, key: keys.admin })
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'invalid_request', param })
  })

  it('is for administrators', async () => {
    expect(await call(fakeApp(), { path: '/llmd/v1/logs', key: keys.llm })).toMatchObject({ status: 403 })
  })

  it('ends when its reader leaves', async () => {
    const fake = fakeApp()
    fake.services.log.info('one')
    const { items, next } = await open(fake, '?follow=1')
    await next()
    await items.return(undefined)
    await vi.waitFor(
      () => expect(fake.logged).toContainEqual(expect.objectContaining({ path: '/llmd/v1/logs' })),
      patience,
    )
  })
})
