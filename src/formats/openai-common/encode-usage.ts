import type { ChatUsage } from '../../chat/usage.ts'
import type { PromptUsage, Usage } from './usage-schema.ts'

export function encodeUsage({
  promptTokens,
  completionTokens,
  cachedTokens,
  reasoningTokens,
}: ChatUsage): Usage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

/** For work that generates nothing. */
export function encodePromptUsage(promptTokens: number): PromptUsage {
  return { prompt_tokens: promptTokens, total_tokens: promptTokens }
}
