import type { ChatRequest } from '../../chat/request.ts'
import type { ToolDefinition } from '../../chat/tool.ts'

/** What an answer consists of, thinking aside; a grammar holds it to all of them but the free one. */
export type AnswerForm =
  /** Whatever the model writes. */
  | 'free'
  /** JSON as the client asked for. */
  | 'content'
  | 'calls'
  | 'calls or content'
  /** Text, and then calls or none, with arguments that follow their schemas. */
  | 'text and calls'

/** @param tools those that may be called */
export function answerForm(
  { toolChoice, responseFormat }: Pick<ChatRequest, 'toolChoice' | 'responseFormat'>,
  tools: readonly ToolDefinition[],
): AnswerForm {
  const structured = responseFormat.type !== 'text'
  if (mustCall(toolChoice)) return 'calls'
  if (tools.length === 0) return structured ? 'content' : 'free'
  if (structured) return 'calls or content'
  return tools.some(({ strict }) => strict) ? 'text and calls' : 'free'
}

function mustCall(toolChoice: ChatRequest['toolChoice']): boolean {
  return toolChoice.type === 'allowed' ? toolChoice.mode === 'required' : toolChoice.type === 'required'
}
