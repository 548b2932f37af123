import type { ChatRequest, ResponseFormat } from '../../chat/request.ts'
import { decodeGeneration } from '../openai-common/decode-generation.ts'
import { invalidField } from '../openai-common/invalid-field.ts'
import { refuseUnsupported } from '../openai-common/refuse-unsupported.ts'
import { parseBody } from '../parse-body.ts'
import type { AnswerShape } from './answer-shape.ts'
import { decodeMessages } from './decode-messages.ts'
import { decodeTools } from './decode-tools.ts'
import { droppedFields } from './dropped-fields.ts'
import { type ChatCompletionBody, chatCompletionSchema } from './schema.ts'
import { unsupportedParameters } from './unsupported-parameters.ts'

export interface DecodedChatCompletion {
  request: ChatRequest
  /** As the client wrote it. */
  model: string
  stream: boolean
  shape: AnswerShape
  /** Fields that llmd does not know or has no place for; the client is told. */
  dropped: string[]
}

/**
 * Reads the body of a chat completion.
 * @throws LlmdError `invalid_request`, `unsupported_parameter`, `unsupported_content`
 */
export function decodeChatCompletion(body: unknown): DecodedChatCompletion {
  const data = parseBody(chatCompletionSchema, body)
  refuseUnsupported(data, unsupportedParameters)
  const maxTokens = data.max_completion_tokens ?? data.max_tokens
  const { usesFunctions, ...tools } = decodeTools(data)
  return {
    request: {
      ...decodeGeneration(data),
      ...tools,
      messages: decodeMessages(data.messages),
      ...(maxTokens && { maxTokens }),
      ...decodeLogprobs(data),
      responseFormat: decodeResponseFormat(data.response_format),
      ...decodeReasoning(data),
    },
    model: data.model,
    stream: data.stream ?? false,
    shape: {
      includeUsage: data.stream_options?.include_usage ?? false,
      logprobs: data.logprobs ?? false,
      usesFunctions,
    },
    dropped: droppedFields(data),
  }
}

function decodeLogprobs({ logprobs, top_logprobs: top }: ChatCompletionBody): Pick<ChatRequest, 'logprobs'> {
  if (logprobs) return { logprobs: { top: top ?? 0 } }
  if (top) throw invalidField('top_logprobs', 'must be left out without "logprobs": true')
  return {}
}

function decodeResponseFormat(format: ChatCompletionBody['response_format']): ResponseFormat {
  if (format?.type === 'json_schema') return { type: 'json_schema', schema: format.json_schema.schema }
  return { type: format?.type ?? 'text' }
}

function decodeReasoning(body: ChatCompletionBody): Pick<ChatRequest, 'reasoning'> {
  const isOff = body.chat_template_kwargs?.enable_thinking === false
  const effort = isOff ? 'none' : body.reasoning_effort
  const { thinking_budget_tokens: budget } = body
  const reasoning = { ...(effort && { effort }), ...(typeof budget === 'number' && { budgetTokens: budget }) }
  return Object.keys(reasoning).length > 0 ? { reasoning } : {}
}
