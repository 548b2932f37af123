import type { ChoiceEvent } from '../../chat/event.ts'
import { createChunkStream, type EventEncoder } from '../openai-common/chunk-stream.ts'
import type { CompletionHead } from '../openai-common/completion-head.ts'
import { createLegacyLogprobs, type LegacyLogprobs } from './legacy-logprobs.ts'

export function createCompletionStreamEncoder(
  head: CompletionHead,
  { includeUsage, logprobs }: { includeUsage: boolean; logprobs: boolean },
): EventEncoder {
  const encoders = new Map<number, LegacyLogprobs>()

  const logprobsOf = (event: ChoiceEvent & { type: 'text-delta' }) => {
    if (!logprobs || !event.logprobs) return null
    const encoder = encoders.get(event.choice) ?? createLegacyLogprobs()
    encoders.set(event.choice, encoder)
    return encoder.encode(event.logprobs)
  }

  const encodeChoice = (event: ChoiceEvent): object[] => {
    const { choice: index } = event
    if (event.type === 'text-delta') {
      return [{ index, text: event.text, logprobs: logprobsOf(event), finish_reason: null }]
    }
    if (event.type === 'choice-finish') {
      return [{ index, text: '', logprobs: null, finish_reason: event.reason }]
    }
    return []
  }

  return createChunkStream({
    head,
    object: 'text_completion',
    includeUsage,
    encodeChoice,
    failedChoice: { index: 0, text: '', logprobs: null, finish_reason: 'error' },
  })
}
