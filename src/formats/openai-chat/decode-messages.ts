import type { ChatMessage, ToolCall } from '../../chat/request.ts'
import { LlmdError } from '../../errors.ts'
import { invalidField } from '../openai-common/invalid-field.ts'
import { decodeContent } from './decode-content.ts'
import type { ChatCompletionMessage } from './message-schema.ts'

/** @throws LlmdError `unsupported_content` for images, audio and the like; `invalid_request` for what is missing */
export function decodeMessages(messages: ChatCompletionMessage[]): ChatMessage[] {
  // Functions, the elder kind of tools, have no ids: an answer is to the last call of its name.
  const functionCallIds = new Map<string, string>()
  return messages.map((message, index) => {
    const path = `messages[${index}]`
    const { role, content, name } = message
    switch (role) {
      case 'assistant': {
        const functionCallId = `call_${index}`
        if (message.function_call) functionCallIds.set(message.function_call.name, functionCallId)
        return decodeAssistant(message, { path, functionCallId })
      }
      case 'tool': {
        const { tool_call_id: toolCallId } = message
        if (typeof toolCallId !== 'string') throw invalidField(`${path}.tool_call_id`, 'must be a string')
        return { role, toolCallId, content: decodeContent(content, `${path}.content`) }
      }
      case 'function': {
        if (typeof name !== 'string') throw invalidField(`${path}.name`, 'must be a string')
        const toolCallId = functionCallIds.get(name) ?? name
        return { role: 'tool', toolCallId, content: decodeContent(content ?? '', `${path}.content`) }
      }
      default:
        return { role, content: decodeContent(content, `${path}.content`) }
    }
  })
}

function decodeAssistant(
  message: ChatCompletionMessage,
  { path, functionCallId }: { path: string; functionCallId: string },
): ChatMessage {
  if (message.audio !== undefined && message.audio !== null) {
    throw new LlmdError('unsupported_content', 'Local models here take text only.', {
      param: `${path}.audio`,
    })
  }
  const { reasoning_content: reasoning } = message
  const toolCalls = decodeToolCalls(message, functionCallId)
  const mayBeSilent = toolCalls.length > 0 || reasoning
  const content = message.content ?? message.refusal ?? (mayBeSilent ? '' : undefined)
  return {
    role: 'assistant',
    content: decodeContent(content, `${path}.content`),
    ...(reasoning && { reasoning }),
    ...(toolCalls.length > 0 && { toolCalls }),
  }
}

function decodeToolCalls(message: ChatCompletionMessage, functionCallId: string): ToolCall[] {
  const { tool_calls: calls, function_call: functionCall } = message
  const all = [...(calls ?? []), ...(functionCall ? [{ id: functionCallId, function: functionCall }] : [])]
  return all.map((call) => ({ id: call.id, name: call.function.name, arguments: call.function.arguments }))
}
