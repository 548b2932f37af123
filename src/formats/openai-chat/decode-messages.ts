import type { ChatMessage } from '../../chat/request.ts'
import { LlmdError } from '../../errors.ts'
import type { ChatCompletionMessage } from './schema.ts'

/** @throws LlmdError `unsupported_content` for tools, images and the like; `invalid_request` for missing content */
export function decodeMessages(messages: ChatCompletionMessage[]): ChatMessage[] {
  return messages.map((message, index) => decodeMessage(message, `messages[${index}]`))
}

function decodeMessage(message: ChatCompletionMessage, path: string): ChatMessage {
  const { role } = message
  if (role === 'tool' || role === 'function') {
    throw unsupported(`Messages of role ${role} are not supported yet.`, `${path}.role`)
  }
  if (message.tool_calls?.length) {
    throw unsupported('Tool calls are not supported yet.', `${path}.tool_calls`)
  }
  for (const field of ['function_call', 'audio'] as const) {
    if (message[field] === undefined || message[field] === null) continue
    throw unsupported(`${field} in a message is not supported yet.`, `${path}.${field}`)
  }
  return { role, content: decodeContent(message.content, `${path}.content`) }
}

function decodeContent(content: ChatCompletionMessage['content'], path: string): string {
  if (typeof content === 'string') return content
  if (!content) {
    throw new LlmdError('invalid_request', `${path}: must be a string or an array of text parts.`, {
      param: path,
    })
  }
  // Parts are separate passages, and templates know only one string: a line each, as vLLM and llama.cpp do.
  return content.map((part, index) => decodePart(part, `${path}[${index}]`)).join('\n')
}

function decodePart(part: { type: string; [field: string]: unknown }, path: string): string {
  if (part.type !== 'text') throw unsupported('Only text parts are supported yet.', path)
  if (typeof part['text'] === 'string') return part['text']
  throw new LlmdError('invalid_request', `${path}.text: must be a string.`, { param: `${path}.text` })
}

function unsupported(message: string, param: string): LlmdError {
  return new LlmdError('unsupported_content', message, { param })
}
