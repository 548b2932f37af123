import type { ChoiceEvent } from '../../chat/event.ts'
import { createChunkStream, type EventEncoder } from '../openai-common/chunk-stream.ts'
import type { CompletionHead } from '../openai-common/completion-head.ts'
import type { AnswerShape } from './answer-shape.ts'
import { encodeFinishReason, encodeLogprobs } from './encode-choice-parts.ts'

export function createChatStreamEncoder(head: CompletionHead, shape: AnswerShape): EventEncoder {
  const begun = new Set<number>()

  /** The role of a choice, before the first thing it says. */
  const begin = (event: ChoiceEvent) => {
    if (begun.has(event.choice)) return []
    begun.add(event.choice)
    const content = event.type === 'tool-call-start' ? null : ''
    return [choice(event.choice, { role: 'assistant', content })]
  }

  const encode = (event: ChoiceEvent): object[] => {
    switch (event.type) {
      case 'text-delta': {
        const logprobs = shape.logprobs && event.logprobs ? encodeLogprobs(event.logprobs) : null
        return [{ ...choice(event.choice, { content: event.text }), logprobs }]
      }
      case 'reasoning-delta':
        return [choice(event.choice, { reasoning_content: event.text })]
      case 'tool-call-start':
      case 'tool-call-delta':
        return encodeCall(event, shape).map((delta) => choice(event.choice, delta))
      case 'choice-finish':
        return [{ ...choice(event.choice, {}), finish_reason: encodeFinishReason(event.reason, shape) }]
      default:
        return []
    }
  }

  return createChunkStream({
    head,
    object: 'chat.completion.chunk',
    includeUsage: shape.includeUsage,
    encodeChoice: (event) => [...begin(event), ...encode(event)],
    failedChoice: { index: 0, delta: {}, finish_reason: 'error' },
  })
}

function choice(index: number, delta: object) {
  return { index, delta, logprobs: null, finish_reason: null }
}

type CallEvent = Extract<ChoiceEvent, { type: 'tool-call-start' | 'tool-call-delta' }>

function encodeCall(event: CallEvent, { usesFunctions }: AnswerShape): object[] {
  const { index } = event
  const start = event.type === 'tool-call-start'
  const call = start ? { name: event.name, arguments: '' } : { arguments: event.arguments }
  if (!usesFunctions) {
    return [{ tool_calls: [{ index, ...(start && { id: event.id, type: 'function' }), function: call }] }]
  }
  // There is room for one call.
  return index === 0 ? [{ function_call: call }] : []
}
