import type { ToolCall } from '../../chat/request.ts'
import type { Answer, AnswerChoice } from '../collect-answer.ts'
import type { CompletionHead } from '../openai-common/completion-head.ts'
import { encodeUsage } from '../openai-common/encode-usage.ts'
import type { ChatAnswer, ChatAnswerMessage } from './answer-schema.ts'
import type { AnswerShape } from './answer-shape.ts'
import { encodeFinishReason, encodeLogprobs } from './encode-choice-parts.ts'

export function encodeChatCompletion(
  { id, created, model }: CompletionHead,
  { choices, usage }: Answer,
  shape: AnswerShape,
): ChatAnswer {
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: choices.map((choice, index) => ({
      index,
      message: encodeMessage(choice, shape),
      logprobs: shape.logprobs ? encodeLogprobs(choice.logprobs) : null,
      finish_reason: encodeFinishReason(choice.reason, shape),
    })),
    usage: encodeUsage(usage),
  }
}

function encodeMessage(
  { text, reasoning, toolCalls }: AnswerChoice,
  { usesFunctions }: AnswerShape,
): ChatAnswerMessage {
  const [first] = toolCalls
  return {
    role: 'assistant',
    content: first && text === '' ? null : text,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(first &&
      (usesFunctions ? { function_call: encodeCall(first) } : { tool_calls: toolCalls.map(encodeToolCall) })),
    refusal: null,
  }
}

function encodeToolCall(call: ToolCall) {
  return { id: call.id, type: 'function' as const, function: encodeCall(call) }
}

function encodeCall(call: ToolCall) {
  return { name: call.name, arguments: call.arguments }
}
