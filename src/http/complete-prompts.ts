import type { Backend } from '../chat/backend.ts'
import type { ChatEvent } from '../chat/event.ts'
import type { CompletionRequest } from '../chat/request.ts'
import type { ChatUsage } from '../chat/usage.ts'
import { answerBrokeOff } from '../formats/answer-broke-off.ts'

/**
 * Completes several prompts as if they were one request: choices are numbered through, prompt by prompt. One follows
 * the other, so that a long list of prompts takes no more than its share of the engine.
 */
export async function* completePrompts(
  backend: Backend,
  requests: CompletionRequest[],
  signal: AbortSignal,
): AsyncGenerator<ChatEvent> {
  const usages: ChatUsage[] = []
  let before = 0
  for (const [index, request] of requests.entries()) {
    for await (const event of backend.complete(request, signal)) {
      if (event.type === 'finish') usages[index] = event.usage
      else yield { ...event, choice: before + event.choice }
    }
    if (!usages[index]) throw answerBrokeOff()
    before += request.choices
  }
  yield { type: 'finish', usage: sumUsage(usages) }
}

function sumUsage(usages: ChatUsage[]): ChatUsage {
  const sum = (field: keyof ChatUsage) => usages.reduce((total, usage) => total + usage[field], 0)
  return {
    promptTokens: sum('promptTokens'),
    completionTokens: sum('completionTokens'),
    cachedTokens: sum('cachedTokens'),
    reasoningTokens: sum('reasoningTokens'),
  }
}
