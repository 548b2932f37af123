import type { ChatEvent } from '../../chat/event.ts'
import { LlmdError } from '../../errors.ts'
import type { CompletionHead } from './encode-response.ts'
import { encodeUsage } from './encode-response.ts'
import { encodeOpenAiError } from './errors.ts'

/** Turns events into the `data:` of server-sent events. */
export interface ChatStreamEncoder {
  /** Before the first event. */
  begin(): string[]
  event(event: ChatEvent): string[]
  /** After the last event. An answer that stops without its finish is an error, never a clean end. */
  end(): string[]
  /** Instead of an end; nothing follows. */
  fail(error: LlmdError): string[]
}

export function createChatStreamEncoder(
  { id, created, model }: CompletionHead,
  { includeUsage }: { includeUsage: boolean },
): ChatStreamEncoder {
  const head = { id, object: 'chat.completion.chunk', created, model }
  const noUsage = includeUsage ? { usage: null } : {}
  let finished = false

  const chunk = (delta: Record<string, string>, finishReason: string | null) =>
    JSON.stringify({
      ...head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
      ...noUsage,
    })

  const fail = (error: LlmdError) => [
    JSON.stringify({
      ...head,
      ...encodeOpenAiError(error),
      choices: [{ index: 0, delta: {}, finish_reason: 'error' }],
    }),
  ]

  return {
    begin: () => [chunk({ role: 'assistant', content: '' }, null)],
    event(event) {
      if (event.type === 'text-delta') return [chunk({ content: event.text }, null)]
      finished = true
      const last = chunk({}, event.reason)
      if (!includeUsage) return [last]
      return [last, JSON.stringify({ ...head, choices: [], usage: encodeUsage(event.usage) })]
    },
    end() {
      if (finished) return ['[DONE]']
      return fail(new LlmdError('engine_failed', 'The answer broke off before its end.'))
    },
    fail,
  }
}
