import type { FinishReason, LikelyToken, TokenLogprob } from '../../chat/event.ts'
import type { ChatLogprobs } from './answer-schema.ts'
import type { AnswerShape } from './answer-shape.ts'

export function encodeFinishReason(reason: FinishReason, { usesFunctions }: AnswerShape): string {
  if (reason !== 'tool-calls') return reason
  return usesFunctions ? 'function_call' : 'tool_calls'
}

export function encodeLogprobs(logprobs: TokenLogprob[]): ChatLogprobs {
  const content = logprobs.map(({ top, logprob, ...chosen }) => ({
    // Only echoes have tokens without.
    ...encodeToken({ ...chosen, logprob: logprob ?? 0 }),
    top_logprobs: top.map(encodeToken),
  }))
  return { content, refusal: null }
}

function encodeToken({ token, logprob, bytes }: LikelyToken) {
  // OpenAI's number for the all but impossible; JSON has none for minus infinity.
  return { token, logprob: Math.max(logprob, -9999), bytes }
}
