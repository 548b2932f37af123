import type { ChatEvent, ChoiceEvent } from '../../chat/event.ts'
import type { LlmdError } from '../../errors.ts'
import { answerBrokeOff } from '../answer-broke-off.ts'
import type { CompletionHead } from './completion-head.ts'
import { encodeOpenAiError } from './encode-error.ts'
import { encodeUsage } from './encode-usage.ts'

/** Turns events into the `data:` of server-sent events. */
export interface EventEncoder {
  event(event: ChatEvent): string[]
  /** After the last event. An answer that stops without its finish is an error, never a clean end. */
  end(): string[]
  /** Instead of an end; nothing follows. */
  fail(error: LlmdError): string[]
}

/** The frame that streams of chats and completions have in common. */
export function createChunkStream({
  head,
  object,
  includeUsage,
  encodeChoice,
  failedChoice,
}: {
  head: CompletionHead
  object: 'chat.completion.chunk' | 'text_completion'
  /** Whether the last chunk holds the usage, and the ones before it null. */
  includeUsage: boolean
  /** The entries of `choices` that an event makes, each for a chunk of its own. */
  encodeChoice: (event: ChoiceEvent) => object[]
  /** What an error has in place of a choice. */
  failedChoice: object
}): EventEncoder {
  const frame = { id: head.id, object, created: head.created, model: head.model }
  const noUsage = includeUsage ? { usage: null } : {}
  let finished = false

  const fail = (error: LlmdError) => [
    JSON.stringify({ ...frame, ...encodeOpenAiError(error), choices: [failedChoice] }),
  ]

  return {
    event(event) {
      if (event.type !== 'finish') {
        return encodeChoice(event).map((choice) =>
          JSON.stringify({ ...frame, choices: [choice], ...noUsage }),
        )
      }
      finished = true
      if (!includeUsage) return []
      return [JSON.stringify({ ...frame, choices: [], usage: encodeUsage(event.usage) })]
    },
    end: () => (finished ? ['[DONE]'] : fail(answerBrokeOff())),
    fail,
  }
}
