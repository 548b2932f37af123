import type { FinishReason, TokenLogprob } from '../../chat/event.ts'
import type { AnswerShape } from './answer-shape.ts'

export function encodeFinishReason(reason: FinishReason, { usesFunctions }: AnswerShape): string {
  if (reason !== 'tool-calls') return reason
  return usesFunctions ? 'function_call' : 'tool_calls'
}

export function encodeLogprobs(logprobs: TokenLogprob[]) {
  const content = logprobs.map(({ top, ...chosen }) => ({
    ...encodeToken(chosen),
    top_logprobs: top.map(encodeToken),
  }))
  return { content, refusal: null }
}

function encodeToken({ token, logprob, bytes }: Omit<TokenLogprob, 'top'>) {
  // OpenAI's number for the all but impossible; JSON has none for minus infinity.
  return { token, logprob: Math.max(logprob, -9999), bytes }
}
