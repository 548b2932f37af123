import { describe, expect, it } from 'vitest'
import type { ChatEvent } from '../../src/chat/event.ts'
import { LlmdError } from '../../src/errors.ts'
import { collectAnswer } from '../../src/formats/collect-answer.ts'
import { eventsOf } from './events-of.ts'

const usage = { promptTokens: 1, completionTokens: 2, cachedTokens: 0, reasoningTokens: 0 }
const finish: ChatEvent = { type: 'finish', usage }
const text = (choice: number, said: string): ChatEvent => ({ choice, type: 'text-delta', text: said })
const end = (choice: number): ChatEvent => ({ choice, type: 'choice-finish', reason: 'stop' })

describe('collectAnswer', () => {
  it('puts the pieces of each choice together', async () => {
    const events = [text(1, 'b'), text(0, 'a'), text(1, 'c'), end(1), end(0), finish]
    const { choices, usage: counted } = await collectAnswer(eventsOf(events), 2)
    expect(choices.map((choice) => choice.text)).toEqual(['a', 'bc'])
    expect(counted).toBe(usage)
  })

  it.each([
    ['nothing at all', []],
    ['no finish', [text(0, 'a'), end(0)]],
    ['no finish of the choice', [text(0, 'a'), finish]],
  ])('takes %s for a broken answer', async (_name, events: ChatEvent[]) => {
    await expect(collectAnswer(eventsOf(events), 1)).rejects.toMatchObject({ code: 'engine_failed' })
  })

  it('throws what the events throw', async () => {
    const error = new LlmdError('overloaded', 'Too busy.')
    async function* broken(): AsyncGenerator<ChatEvent> {
      yield text(0, 'a')
      throw error
    }
    await expect(collectAnswer(broken(), 1)).rejects.toBe(error)
  })
})
