import type { Answer } from '../collect-answer.ts'
import type { CompletionHead } from '../openai-common/completion-head.ts'
import { encodeUsage } from '../openai-common/encode-usage.ts'
import type { CompletionAnswer } from './answer-schema.ts'
import { createLegacyLogprobs } from './legacy-logprobs.ts'

export function encodeCompletion(
  { id, created, model }: CompletionHead,
  { choices, usage }: Answer,
  options: { logprobs: boolean },
): CompletionAnswer {
  return {
    id,
    object: 'text_completion',
    created,
    model,
    choices: choices.map(({ text, logprobs, reason }, index) => ({
      index,
      text,
      logprobs: options.logprobs ? createLegacyLogprobs().encode(logprobs) : null,
      finish_reason: reason,
    })),
    usage: encodeUsage(usage),
  }
}
