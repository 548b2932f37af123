import type { ErrorBody } from '../api/common.ts'
import { LlmdError } from '../errors.ts'
import type { ChatCompletionPiece, ChatCompletionUsage } from './chat.ts'
import { fromWireError } from './read-error.ts'
import { readServerSentEvents } from './server-sent-events.ts'

interface Delta {
  content?: string | null
  reasoning_content?: string | null
  /** As OpenRouter calls it. */
  reasoning?: string | null
}

interface Chunk {
  choices?: { delta?: Delta; finish_reason?: string | null }[]
  usage?: ChatCompletionUsage | null
  error?: ErrorBody['error']
}

/**
 * The pieces of a streamed chat completion.
 * @throws LlmdError the error in the stream; `daemon_unreachable` for a stream that ends before its end mark
 */
export async function* streamChat(body: AsyncIterable<Uint8Array>): AsyncGenerator<ChatCompletionPiece> {
  for await (const data of readServerSentEvents(body)) {
    if (data === '[DONE]') return
    const chunk: Chunk = JSON.parse(data)
    if (chunk.error) throw fromWireError(chunk.error)
    const choice = chunk.choices?.[0]
    const { content, reasoning_content, reasoning } = choice?.delta ?? {}
    yield {
      content: content ?? '',
      reasoning: reasoning_content ?? reasoning ?? '',
      finishReason: choice?.finish_reason ?? null,
      usage: chunk.usage ?? null,
    }
  }
  throw new LlmdError('daemon_unreachable', 'The answer broke off: the daemon closed the connection.', {
    hint: 'llmd status tells whether it still runs, and its log why it ended.',
  })
}
