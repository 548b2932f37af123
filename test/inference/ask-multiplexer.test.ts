import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { ChatEvent } from '../../src/chat/event.ts'
import type { CompletionRequest } from '../../src/chat/request.ts'
import { LlmdError } from '../../src/errors.ts'
import { createAskMultiplexer } from '../../src/inference/ask-multiplexer.ts'
import type { AskEvent, ToEngine } from '../../src/inference/protocol.ts'

const request: CompletionRequest = {
  prompt: 'hi',
  echo: false,
  sampling: { temperature: 0, topP: 1 },
  stop: [],
  choices: 1,
}
const usage = { promptTokens: 1, completionTokens: 1, cachedTokens: 0, reasoningTokens: 0 }
const finish: ChatEvent = { type: 'finish', usage }
const text = (shown: string): ChatEvent => ({ type: 'text-delta', choice: 0, text: shown })
const never = new AbortController().signal

/** A channel whose other end is the test. */
function open({ acceptMs = 10_000, alive = true } = {}) {
  const sent: ToEngine[] = []
  const stuck = vi.fn<() => void>()
  const asks = createAskMultiplexer({
    send: (message) => sent.push(message),
    alive: () => alive,
    gone: () => new LlmdError('engine_failed', 'The engine is gone.'),
    acceptMs,
    onStuck: stuck,
  })
  const ids = () => sent.flatMap((message) => (message.type === 'ask' ? [message.id] : []))
  return {
    asks,
    sent,
    stuck,
    ids,
    cancelled: () => sent.flatMap((message) => (message.type === 'cancel' ? [message.id] : [])),
    says: (...events: AskEvent[]) => asks.receive({ type: 'events', events }),
    accepts: (id: string) => asks.receive({ type: 'accepted', id }),
    /** Begins a stream, and resolves with what has come of it when it ends. */
    begin: (signal: AbortSignal = never) => {
      const events: ChatEvent[] = []
      const done = (async () => {
        for await (const event of asks.stream('complete', request, signal)) events.push(event)
        return events
      })()
      done.catch(() => {})
      return { id: ids().at(-1) ?? '', events, done }
    },
  }
}

const event = (id: string, of: ChatEvent): AskEvent => ({ type: 'event', id, event: of })

describe('a stream', () => {
  test('asks once, gives what comes of it in order, and ends', async () => {
    const { asks, sent, begin, says, accepts } = open()
    const { id, done } = begin()
    expect(sent).toEqual([{ type: 'ask', id, ask: { kind: 'complete', ask: request } }])
    expect(asks.active).toBe(1)
    accepts(id)
    says(event(id, text('a')), event(id, text('b')))
    says(event(id, finish))
    expect(await done).toEqual([text('a'), text('b'), finish])
    expect(asks.active).toBe(0)
    expect(sent).toHaveLength(1)
  })

  test('asks for nothing before it is read, and for nothing that is given up already', async () => {
    const { asks, sent } = open()
    asks.stream('complete', request, never)
    const reason = new Error('given up')
    const given = asks.stream('complete', request, AbortSignal.abort(reason))
    await expect(given.next()).rejects.toBe(reason)
    expect(sent).toEqual([])
    expect(asks.active).toBe(0)
  })

  test('is cancelled by its signal, whose reason it throws, and then says nothing more', async () => {
    const { asks, begin, says, cancelled } = open()
    const abort = new AbortController()
    const { id, events, done } = begin(abort.signal)
    says(event(id, text('a')))
    await vi.waitFor(() => expect(events).toHaveLength(1), { timeout: 10_000, interval: 20 })
    const reason = new Error('the client left')
    abort.abort(reason)
    says(event(id, text('b')), event(id, finish))
    await expect(done).rejects.toBe(reason)
    expect(cancelled()).toEqual([id])
    expect(events).toEqual([text('a')])
    expect(asks.active).toBe(0)
  })

  test('is cancelled when its reader leaves, once, and not when it was over', async () => {
    const { asks, ids, says, cancelled } = open()
    const left = asks.stream('complete', request, never)
    const first = left.next()
    const [id = ''] = ids()
    says(event(id, text('a')))
    await first
    await left.return(undefined)
    expect(cancelled()).toEqual([id])

    const abort = new AbortController()
    const over = asks.stream('complete', request, abort.signal)
    const last = over.next()
    says(event(ids()[1] ?? '', finish))
    await last
    await over.return(undefined)
    abort.abort()
    expect(cancelled()).toEqual([id])
  })

  test('fails as the engine says, after what came before', async () => {
    const { begin, says, cancelled } = open()
    const { id, events, done } = begin()
    const failure = { code: 'invalid_request', message: 'No.', param: 'prompt' } as const
    says(event(id, text('a')), { type: 'failed', id, failure })
    await expect(done).rejects.toMatchObject(failure)
    expect(events).toEqual([text('a')])
    expect(cancelled()).toEqual([])
  })

  test('fails when the engine is gone, before it asks and while it waits', async () => {
    const dead = open({ alive: false })
    await expect(dead.begin().done).rejects.toMatchObject({ code: 'engine_failed' })
    expect(dead.asks.active).toBe(0)
    expect(dead.ids()).toEqual([])

    const { asks, begin, says } = open()
    const both = [begin(), begin()]
    says(event(both[0]?.id ?? '', text('a')))
    asks.failAll()
    for (const { done } of both) await expect(done).rejects.toMatchObject({ code: 'engine_failed' })
    expect(both[0]?.events).toEqual([text('a')])
    expect(asks.active).toBe(0)
  })
})

describe('a single result', () => {
  test('is the answer, whatever it is', async () => {
    const { asks, ids, says, cancelled } = open()
    for (const result of [[1, 2], [], '', 0]) {
      const answer = asks.ask('tokenize', { text: 'hi', special: false }, never)
      says({ type: 'result', id: ids().at(-1) ?? '', result })
      expect(await answer).toEqual(result)
    }
    expect(cancelled()).toEqual([])
    expect(asks.active).toBe(0)
  })

  test('fails as the engine says, with the signal, and when the engine is gone', async () => {
    const { asks, ids, says, cancelled } = open()
    const ask = (signal = never) => asks.ask('detokenize', { tokens: [1] }, signal)
    const refused = ask()
    says({ type: 'failed', id: ids()[0] ?? '', failure: { code: 'invalid_request', message: 'No.' } })
    await expect(refused).rejects.toMatchObject({ code: 'invalid_request' })

    const abort = new AbortController()
    const given = ask(abort.signal)
    abort.abort(new Error('given up'))
    await expect(given).rejects.toThrow('given up')
    expect(cancelled()).toEqual([ids()[1]])

    const waiting = ask()
    asks.failAll()
    await expect(waiting).rejects.toMatchObject({ code: 'engine_failed' })
  })
})

describe('an engine that does not answer', () => {
  test('is stuck when it has not accepted in time', async () => {
    const { begin, stuck } = open({ acceptMs: 20 })
    begin()
    await vi.waitFor(() => expect(stuck).toHaveBeenCalledOnce(), { timeout: 10_000, interval: 20 })
  })

  test('is not stuck while it accepts one after the other, but when it stops', async () => {
    const { begin, accepts, stuck } = open({ acceptMs: 300 })
    const asked = Array.from({ length: 6 }, () => begin())
    const began = performance.now()
    for (const [index, { id }] of asked.slice(0, 5).entries()) {
      await vi.waitUntil(() => performance.now() - began > (index + 1) * 100, { interval: 5 })
      accepts(id)
    }
    // The last has waited longer than it may, but for those before it.
    expect(performance.now() - began).toBeGreaterThan(300)
    expect(stuck).not.toHaveBeenCalled()
    await vi.waitFor(() => expect(stuck).toHaveBeenCalledOnce(), { timeout: 10_000, interval: 20 })
  })

  test('is not stuck when it has accepted, has answered, or was told not to', async () => {
    const { asks, begin, says, accepts, stuck } = open({ acceptMs: 60 })
    accepts(begin().id)
    says(event(begin().id, finish))
    const abort = new AbortController()
    begin(abort.signal)
    abort.abort()
    // Another that is never accepted tells when the time is over.
    const late = open({ acceptMs: 60 })
    late.begin()
    await vi.waitFor(() => expect(late.stuck).toHaveBeenCalledOnce(), { timeout: 10_000, interval: 20 })
    expect(stuck).not.toHaveBeenCalled()
    expect(asks.active).toBe(1)
  })
})

test('messages of many asks at once reach the one they are for, whatever their order', async () => {
  const turns = fc.array(fc.tuple(fc.nat(3), fc.string({ minLength: 1, maxLength: 3 })), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(turns, async (order) => {
      const { asks, begin, says } = open()
      const streams = [begin(), begin(), begin(), begin()]
      const idOf = (index: number) => streams[index]?.id ?? ''
      says(...order.map(([index, shown]) => event(idOf(index), text(shown))))
      says(event('nobody', text('x')), { type: 'speed', id: idOf(0), tokensPerSecond: 42 })
      says(...streams.map(({ id }) => event(id, finish)))
      for (const [index, { done }] of streams.entries()) {
        const own = order.filter(([to]) => to === index).map(([, shown]) => text(shown))
        expect(await done).toEqual([...own, finish])
      }
      expect(asks.tokensPerSecond).toBe(42)
      expect(asks.active).toBe(0)
    }),
    { numRuns: 50 },
  )
})
