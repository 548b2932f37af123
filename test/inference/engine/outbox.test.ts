import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { ChatEvent } from '../../../src/chat/event.ts'
import { createOutbox } from '../../../src/inference/engine/outbox.ts'
import type { AskEvent, FromEngine } from '../../../src/inference/protocol.ts'

function open() {
  const messages: FromEngine[] = []
  const { emit, forget } = createOutbox((message) => messages.push(message))
  const sent = () => messages.flatMap((message) => (message.type === 'events' ? message.events : []))
  return { messages, emit, forget, sent }
}

const event = (id: string, of: ChatEvent): AskEvent => ({ type: 'event', id, event: of })
const text = (id: string, choice: number, shown: string, logprob?: number): AskEvent =>
  event(id, {
    type: 'text-delta',
    choice,
    text: shown,
    ...(logprob !== undefined && { logprobs: [{ token: shown, bytes: null, logprob, top: [] }] }),
  })
const usage = { promptTokens: 1, completionTokens: 1, cachedTokens: 0, reasoningTokens: 0 }
const finish = (id: string) => event(id, { type: 'finish', usage })

const events = fc.array(
  fc.oneof(
    fc
      .record({
        id: fc.constantFrom('a', 'b'),
        choice: fc.nat(1),
        shown: fc.string({ maxLength: 3 }),
        logprob: fc.option(fc.integer(), { nil: undefined }),
      })
      .map(({ id, choice, shown, logprob }) => text(id, choice, shown, logprob)),
    fc
      .record({ id: fc.constantFrom('a', 'b'), choice: fc.nat(1) })
      .map(({ id, choice }) => event(id, { type: 'reasoning-delta', choice, text: 'hm' })),
    fc.constantFrom<AskEvent>(
      { type: 'result', id: 'c', result: [1] },
      { type: 'speed', id: 'a', tokensPerSecond: 1 },
      { type: 'failed', id: 'd', failure: { code: 'engine_failed', message: 'no' } },
    ),
  ),
  { maxLength: 30 },
)

/** With each text taken apart, letter by letter, so that it does not matter which of them came together. */
function apart(all: readonly AskEvent[]): unknown[] {
  return all.flatMap((one): unknown[] => {
    if (one.type !== 'event' || one.event.type !== 'text-delta') return [one]
    const { choice, text: shown } = one.event
    return shown.split('').map((letter) => ({ id: one.id, choice, letter }))
  })
}

function logprobs(all: readonly AskEvent[]) {
  return all.flatMap((one) =>
    one.type === 'event' && one.event.type === 'text-delta' ? (one.event.logprobs ?? []) : [],
  )
}

describe('createOutbox', () => {
  test('sends everything in order, and loses nothing', () => {
    fc.assert(
      fc.property(events, (all) => {
        const { emit, sent } = open()
        // What cannot wait takes along what has.
        const whole = [...all, finish('a')]
        for (const one of whole) emit(one)
        expect(apart(sent())).toEqual(apart(whole))
        expect(logprobs(sent())).toEqual(logprobs(whole))
      }),
    )
  })

  test('sends the first text at once, and joins what follows soon', async () => {
    const { messages, emit, sent } = open()
    emit(text('a', 0, 'Hel'))
    expect(sent()).toEqual([text('a', 0, 'Hel')])
    emit(text('a', 0, 'lo'))
    emit(text('a', 0, ' you'))
    emit(text('a', 1, 'Hi'))
    expect(messages).toHaveLength(1)
    await vi.waitFor(() => expect(messages).toHaveLength(2), { timeout: 10_000, interval: 20 })
    expect(sent().slice(1)).toEqual([text('a', 0, 'lo you'), text('a', 1, 'Hi')])
  })

  test('lets nothing wait behind the end of an answer, a failure or a result', () => {
    for (const last of [
      finish('b'),
      { type: 'result', id: 'b', result: 1 },
      { type: 'failed', id: 'b', failure: { code: 'engine_failed', message: 'no' } },
    ] satisfies AskEvent[]) {
      const { emit, sent } = open()
      for (const one of [text('a', 0, 'x'), text('a', 0, 'y'), last]) emit(one)
      expect(sent().at(-1)).toEqual(last)
      expect(sent()).toHaveLength(3)
    }
  })

  test('does not change events that it was given', () => {
    const { emit } = open()
    const given = [text('a', 0, 'x'), text('a', 0, 'y', -1), text('a', 0, 'z', -2)]
    const copy = structuredClone(given)
    for (const one of given) emit(one)
    emit(finish('a'))
    expect(given).toEqual(copy)
  })

  test('sends the first text of an ask at once, also of one that was cancelled and asked anew', () => {
    const { messages, emit, forget } = open()
    emit(text('a', 0, 'one'))
    emit(text('b', 0, 'two'))
    expect(messages).toHaveLength(2)
    emit(text('b', 0, 'three'))
    expect(messages).toHaveLength(2)
    forget('b')
    emit(text('b', 0, 'four'))
    expect(messages).toHaveLength(3)
  })
})
