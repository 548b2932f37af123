import type { ChatRequest } from '../../chat/request.ts'
import { invalidRequest } from '../invalid-request.ts'
import { decodeMessages } from './decode-messages.ts'
import { refuseUnsupported } from './refuse-unsupported.ts'
import { type ChatCompletionBody, chatCompletionSchema } from './schema.ts'

export interface DecodedChatCompletion {
  request: ChatRequest
  /** As the client wrote it. */
  model: string
  stream: boolean
  /** Whether a stream ends with a chunk that holds the usage. */
  includeUsage: boolean
  /** Fields that llmd does not know or has no place for; the client is told. */
  dropped: string[]
}

/**
 * Reads the body of a chat completion.
 * @throws LlmdError `invalid_request`, `unsupported_parameter`, `unsupported_content`
 */
export function decodeChatCompletion(body: unknown): DecodedChatCompletion {
  const parsed = chatCompletionSchema.safeParse(body)
  if (!parsed.success) throw invalidRequest(parsed.error)
  const { data } = parsed
  refuseUnsupported(data)
  const maxTokens = data.max_completion_tokens ?? data.max_tokens
  return {
    request: {
      messages: decodeMessages(data.messages),
      sampling: {
        temperature: data.temperature ?? 1,
        topP: data.top_p ?? 1,
        ...(typeof data.seed === 'number' && { seed: data.seed }),
      },
      ...(typeof maxTokens === 'number' && { maxTokens }),
      // An empty string would end every answer before it began; clients send it to mean none.
      stop: [data.stop ?? []].flat().filter((text) => text !== ''),
    },
    model: data.model,
    stream: data.stream ?? false,
    includeUsage: data.stream_options?.include_usage ?? false,
    dropped: droppedFields(data),
  }
}

function droppedFields(data: ChatCompletionBody): string[] {
  const unknown = Object.keys(data).filter((name) => !Object.hasOwn(chatCompletionSchema.shape, name))
  const names = data.messages.some((message) => message.name) ? ['messages[].name'] : []
  return [...unknown, ...names]
}
