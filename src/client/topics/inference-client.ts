import type { ChatCompletionPiece, ChatCompletionRequest } from '../chat.ts'
import type { EmbeddingsAnswer, EmbeddingsRequest } from '../embeddings.ts'
import { readEmbeddings } from '../read-embeddings.ts'
import { streamChat } from '../stream-chat.ts'
import type { Calls } from '../create-calls.ts'

/** Models, asked the way that every client asks them. */
export interface InferenceClient {
  /** Turns texts into vectors; an aborted signal ends it and its reason is thrown. */
  embed(request: EmbeddingsRequest, signal: AbortSignal): Promise<EmbeddingsAnswer>
  /** Streams an answer; an aborted signal ends it and its reason is thrown. */
  chat(request: ChatCompletionRequest, signal: AbortSignal): AsyncIterable<ChatCompletionPiece>
}

export function inferenceClient({ send, stream }: Calls): InferenceClient {
  return {
    async embed(request, signal) {
      const body = JSON.stringify({ ...request, encoding_format: 'float' })
      return readEmbeddings(await send({ method: 'POST', path: '/v1/embeddings', body, signal }), request)
    },
    chat: (request, signal) =>
      stream(
        {
          method: 'POST',
          path: '/v1/chat/completions',
          body: JSON.stringify({ ...request, stream: true, stream_options: { include_usage: true } }),
          signal,
        },
        streamChat,
      ),
  }
}
