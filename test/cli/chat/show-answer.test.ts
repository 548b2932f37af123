import { expect, onTestFinished, test, vi } from 'vitest'
import { showAnswer } from '../../../src/cli/chat/show-answer.ts'
import type { ChatCompletionPiece } from '../../../src/client/chat.ts'

test('an answer that is waited for long says so, until it comes', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const begun = Promise.withResolvers<void>()
  async function* answer(): AsyncGenerator<ChatCompletionPiece> {
    await begun.promise
    yield { content: 'Hi', reasoning: '', finishReason: null, usage: null }
    yield { content: '.\n', reasoning: '', finishReason: 'stop', usage: null }
  }
  const shown: string[] = []
  const shownAnswer = showAnswer(answer(), {
    write: async (text) => void shown.push(text),
    writeThought: async () => {},
    wait(text) {
      shown.push(text)
      return () => shown.push('erased')
    },
  })
  await vi.advanceTimersByTimeAsync(499)
  expect(shown).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(shown).toEqual(['Waiting for the model'])
  begun.resolve()
  expect(await shownAnswer).toMatchObject({ content: 'Hi.\n', failure: undefined })
  expect(shown).toEqual(['Waiting for the model', 'erased', 'Hi', '.\n'])
})
