import { LlmdError } from '../../errors.ts'
import { invalidField } from '../openai-common/invalid-field.ts'
import type { ChatCompletionMessage } from './message-schema.ts'

/** @throws LlmdError `unsupported_content` for images and the like; `invalid_request` for missing content */
export function decodeContent(content: ChatCompletionMessage['content'], path: string): string {
  if (typeof content === 'string') return content
  if (!content) throw invalidField(path, 'must be a string or an array of text parts')
  // Parts are separate passages, and templates know only one string: a line each, as vLLM and llama.cpp do.
  return content.map((part, index) => decodePart(part, `${path}[${index}]`)).join('\n')
}

function decodePart(part: { type: string; [field: string]: unknown }, path: string): string {
  const field = part.type
  if (field !== 'text' && field !== 'refusal') {
    throw new LlmdError('unsupported_content', 'Local models here take text only.', { param: path })
  }
  const text = part[field]
  if (typeof text === 'string') return text
  throw invalidField(`${path}.${field}`, 'must be a string')
}
