import { unknownFields } from '../openai-common/unknown-fields.ts'
import type { ChatCompletionMessage } from './message-schema.ts'
import { type ChatCompletionBody, chatCompletionSchema } from './schema.ts'

/** What messages of each role may hold, beside their role and content. Answers come back with annotations. */
const messageFields: Record<ChatCompletionMessage['role'], string[]> = {
  system: [],
  developer: [],
  user: [],
  assistant: ['audio', 'annotations', 'function_call', 'reasoning_content', 'refusal', 'tool_calls'],
  tool: ['name', 'tool_call_id'],
  function: ['name'],
}

/** Fields that llmd does not know or has no place for. */
export function droppedFields(body: ChatCompletionBody): string[] {
  const inMessages = body.messages.flatMap(droppedFromMessage)
  const options = unknownFields(body.chat_template_kwargs ?? {}, { enable_thinking: true })
  return [
    ...unknownFields(body, chatCompletionSchema.shape),
    ...new Set(inMessages.map((name) => `messages[].${name}`)),
    ...options.map((name) => `chat_template_kwargs.${name}`),
  ]
}

function droppedFromMessage(message: ChatCompletionMessage): string[] {
  const known = new Set(['role', 'content', ...messageFields[message.role]])
  return Object.entries(message)
    .filter(([name, value]) => !known.has(name) && holdsSomething(value))
    .map(([name]) => name)
}

function holdsSomething(value: unknown): boolean {
  return (
    value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
  )
}
