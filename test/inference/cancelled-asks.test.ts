import { expect, test, vi } from 'vitest'
import type { ChatEvent } from '../../src/chat/event.ts'
import type { ChatUsage } from '../../src/chat/usage.ts'
import { LlmdError } from '../../src/errors.ts'
import { createAskMultiplexer } from '../../src/inference/ask-multiplexer.ts'
import type { AskEvent, ToEngine } from '../../src/inference/protocol.ts'
import { openInference, chatRequest } from './local-inference.ts'
import { scriptedModel } from '../fixtures/models.ts'

const used: ChatUsage = { promptTokens: 7, completionTokens: 3, cachedTokens: 2, reasoningTokens: 1 }
const text: ChatEvent = { type: 'text-delta', choice: 0, text: 'a' }
const finish: ChatEvent = { type: 'finish', usage: used }
const request = chatRequest('hi')

/** One stream over a channel whose other end is the test, and what its observer hears. */
function open() {
  const sent: ToEngine[] = []
  const cuts: (ChatUsage | null)[] = []
  const turns: number[] = []
  let alive = true
  const asks = createAskMultiplexer({
    send: (message) => sent.push(message),
    alive: () => alive,
    gone: () => new LlmdError('engine_failed', 'The engine is gone.'),
    acceptMs: 10_000,
    onStuck() {},
  })
  const abort = new AbortController()
  const observer = {
    onReady() {},
    onTurn: (waitedMs: number) => void turns.push(waitedMs),
    onProgress() {},
    onCut: (usage: Promise<ChatUsage | null>) => void usage.then((value) => cuts.push(value)),
  }
  const stream = asks.stream('chat', request, abort.signal, observer)
  const first = stream.next()
  first.catch(() => {})
  const [asked] = sent
  const id = asked?.type === 'ask' ? asked.id : ''
  return {
    asks,
    abort,
    stream,
    first,
    cuts,
    turns,
    says: (...events: AskEvent[]) => asks.receive({ type: 'events', events }),
    event: (event: ChatEvent): AskEvent => ({ type: 'event', id, event }),
    cancelled: { type: 'cancelled', id, usage: used } satisfies AskEvent,
    turn: { type: 'turn', id, waitedMs: 5 } satisfies AskEvent,
    failed: { type: 'failed', id, failure: { code: 'engine_failed', message: 'No.' }, usage: used } as const,
    die: () => {
      alive = false
      asks.failAll()
    },
  }
}

const soon = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 5 })

test('the engine says what a cancelled ask had used; what was on its way says nothing', async () => {
  const { abort, cuts, says, event, cancelled } = open()
  abort.abort(new Error('left'))
  says(event(text), cancelled)
  await soon(() => expect(cuts).toEqual([used]))
})

test('an end that crosses the cancellation says as much', async () => {
  const { abort, cuts, says, event, cancelled } = open()
  abort.abort(new Error('left'))
  says(event(finish), { ...cancelled, usage: { ...used, promptTokens: 0 } })
  await soon(() => expect(cuts).toEqual([used]))
})

test('an end that came and was not read is told, one that was read is not', async () => {
  const unread = open()
  unread.says(unread.event(text), unread.event(finish))
  await unread.first
  unread.abort.abort(new Error('left'))
  await soon(() => expect(unread.cuts).toEqual([used]))
  await expect(unread.stream.next()).rejects.toThrow('left')

  const left = open()
  left.says(left.event(text), left.event(finish))
  await left.first
  await left.stream.return(undefined)
  await soon(() => expect(left.cuts).toEqual([used]))

  const read = open()
  read.says(read.event(finish))
  expect(await read.first).toEqual({ value: finish, done: false })
  read.abort.abort(new Error('left'))
  await read.stream.return(undefined)
  expect(read.cuts).toEqual([])
})

test('a failure tells what was used, and an engine that is gone does not keep anyone waiting', async () => {
  const failed = open()
  failed.says(failed.turn, failed.failed)
  await expect(failed.first).rejects.toMatchObject({ code: 'engine_failed' })
  await soon(() => expect(failed.cuts).toEqual([used]))
  expect(failed.turns).toEqual([5])

  const dead = open()
  dead.abort.abort(new Error('left'))
  dead.die()
  await soon(() => expect(dead.cuts).toEqual([null]))
})

test('a real engine counts what it had made', { timeout: 60_000 }, async () => {
  using model = scriptedModel()
  await using inference = openInference()
  const backend = inference.backend({ name: 'scripted', path: model.path, options: {} })
  const abort = new AbortController()
  const heard = Promise.withResolvers<ChatUsage | null>()
  const turned = vi.fn<(waitedMs: number) => void>()
  const ready = vi.fn<() => void>()
  const observer = {
    onReady: ready,
    onTurn: turned,
    onProgress() {},
    onCut: (usage: Promise<ChatUsage | null>) => heard.resolve(usage),
  }
  let pieces = 0
  const events = backend.stream(chatRequest('loop', { choices: 2 }), abort.signal, observer)
  await expect(
    (async () => {
      for await (const event of events) {
        if (event.type === 'text-delta') pieces += 1
        if (pieces === 3) abort.abort(new Error('left'))
      }
    })(),
  ).rejects.toThrow('left')
  const usage = await heard.promise
  const whole = backend.stream(chatRequest('loop', { maxTokens: 1 }), new AbortController().signal)
  const ends = (await Array.fromAsync(whole)).flatMap((event) =>
    event.type === 'finish' ? [event.usage] : [],
  )
  expect(usage?.promptTokens).toBe(ends[0]?.promptTokens)
  expect(usage?.completionTokens).toBeGreaterThanOrEqual(3)
  expect(ready).toHaveBeenCalledOnce()
  expect(turned).toHaveBeenCalledOnce()
})
