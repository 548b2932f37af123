import { describe, expect, test, vi } from 'vitest'
import type { ChatEvent } from '../../../src/chat/event.ts'
import type { CompletionRequest } from '../../../src/chat/request.ts'
import { type ChatUsage, noUsage } from '../../../src/chat/usage.ts'
import { failing, wholeAnswer } from './babbling-model.ts'
import { listen, observeRunner } from './observe-runner.ts'

const patience = { timeout: 10_000, interval: 5 }

/** A prompt whose answer does not end by itself within so many tokens. */
function talkative(least: number): number[] {
  for (let first = 0; ; first++) {
    const prompt = [first & 7, (first >> 3) & 7, (first >> 6) & 7, 1]
    if (wholeAnswer(prompt, least).tokens.length === least) return prompt
  }
}

const completion = (prompt: number[], rest: Partial<CompletionRequest> = {}): CompletionRequest => ({
  prompt,
  echo: false,
  sampling: { temperature: 0, topP: 1 },
  stop: [],
  choices: 1,
  ...rest,
})

/** Each text of the babbling model is that of one token, but for what a stop string might begin with. */
const tokensIn = (events: ChatEvent[]) => events.filter(({ type }) => type === 'text-delta').length

/** Answers the request, and does something when the answer has come so far: how far, polls would miss. */
async function interrupt(
  opened: ReturnType<typeof observeRunner>,
  request: CompletionRequest,
  { when, act }: { when: (events: ChatEvent[]) => boolean; act: () => void },
) {
  const heard = listen()
  const acted = Promise.withResolvers<void>()
  let due = true
  await opened.runner.complete('one', request, {
    ...heard.listener,
    event(event) {
      heard.listener.event(event)
      if (!due || !when(heard.events)) return
      due = false
      act()
      acted.resolve()
    },
  })
  await acted.promise
  return heard
}

describe('what a request that is cut short has used', () => {
  test('is its prompt and the tokens of all its choices', async () => {
    const opened = observeRunner()
    let used = noUsage
    const { events } = await interrupt(opened, completion(talkative(100), { choices: 2 }), {
      when: (sofar) => sofar.length === 11,
      act: () => void (used = opened.runner.cancel('one')),
    })
    expect(used).toEqual({ ...noUsage, promptTokens: 4, completionTokens: tokensIn(events) })
    expect(opened.runner.cancel('one')).toEqual(noUsage)
  })

  test('has choices in it that were over already', async () => {
    const opened = observeRunner({ sequenceCount: 1 })
    let used = noUsage
    const request = completion(talkative(20), { choices: 2, maxTokens: 20 })
    const { events } = await interrupt(opened, request, {
      when: (sofar) => sofar.some((event) => event.type === 'text-delta' && event.choice === 1),
      act: () => void (used = opened.runner.cancel('one')),
    })
    expect(used).toMatchObject({ promptTokens: 4, completionTokens: tokensIn(events) })
    expect(used.completionTokens).toBe(21)
  })

  test('is nothing while it waits for a slot', async () => {
    const opened = observeRunner({ sequenceCount: 1 })
    let used: ChatUsage | undefined
    await interrupt(opened, completion(talkative(100)), {
      when: (sofar) => sofar.length === 3,
      act() {
        void opened.runner.complete('two', completion([1, 2, 3]), listen().listener)
        used = opened.runner.cancel('two')
        opened.runner.cancel('one')
      },
    })
    expect(used).toEqual(noUsage)
  })

  test('is told with the failure of an engine', async () => {
    const { runner } = observeRunner()
    const failures: { used: ChatUsage | undefined }[] = []
    const { listener } = listen()
    await runner.complete('one', completion([1, failing.generate]), {
      ...listener,
      fail: (_error, used) => failures.push({ used }),
    })
    await vi.waitFor(() => expect(failures).toHaveLength(1), patience)
    expect(failures[0]?.used?.completionTokens).toBe(0)
  })
})

test('a request is told when its first choice has a slot', async () => {
  const { runner } = observeRunner({ sequenceCount: 1 })
  const waits: number[] = []
  const heard = listen()
  const listener = { ...heard.listener, turn: (waitedMs: number) => waits.push(waitedMs) }
  await runner.complete('one', completion([1, 2], { choices: 2, maxTokens: 3 }), listener)
  await vi.waitFor(() => expect(heard.over()).toBe(true), patience)
  expect(waits).toEqual([expect.any(Number)])
})
