import { expect } from 'vitest'
import type { CompletionRequest } from '../../../src/chat/request.ts'
import type { Answer, RealEngine } from './real-engine.ts'

/** The answer as it should be: alone, on an empty sequence. The engine must have one slot and nothing else to do. */
export async function answerAlone(
  engine: RealEngine,
  prompt: number[],
  asked: Partial<CompletionRequest>,
): Promise<Answer> {
  // Something else before it, so that nothing of the prompt is cached.
  await engine.complete([260], { maxTokens: 1 })
  const answer = await engine.complete(prompt, asked)
  expect(answer.usage).toMatchObject({ cachedTokens: 0, promptTokens: prompt.length })
  return answer
}
