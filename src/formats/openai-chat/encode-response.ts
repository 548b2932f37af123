import type { FinishReason } from '../../chat/event.ts'
import type { ChatUsage } from '../../chat/usage.ts'

/** What an answer and all chunks of a stream share. */
export interface CompletionHead {
  /** `chatcmpl-...` */
  id: string
  /** Unix seconds. */
  created: number
  /** As the client asked for it. */
  model: string
}

export function encodeChatCompletion(
  { id, created, model }: CompletionHead,
  answer: { text: string; reason: FinishReason; usage: ChatUsage },
) {
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: answer.text, refusal: null },
        logprobs: null,
        finish_reason: answer.reason,
      },
    ],
    usage: encodeUsage(answer.usage),
  }
}

export function encodeUsage({ promptTokens, completionTokens, cachedTokens }: ChatUsage) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}
