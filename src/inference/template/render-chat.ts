import { Template } from '@huggingface/jinja'
import type { ChatMessage, ChatRequest, ToolCall } from '../../chat/request.ts'
import type { ToolDefinition } from '../../chat/tool.ts'
import { LlmdError } from '../../errors.ts'

/** The format most models were taught; for a file that brings no template of its own. */
const chatMl =
  "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"

export interface ChatRenderer {
  /** The prompt that asks for the next answer. @throws LlmdError `template_failed` with what the template said */
  render(request: Pick<ChatRequest, 'messages' | 'tools' | 'reasoning'>): string
}

/** @param template Jinja source from the model file; it is run by an interpreter that reaches nothing outside */
export function createChatRenderer(options: {
  template: string | undefined
  bosToken: string
  eosToken: string
}): ChatRenderer {
  const template = parse(options.template ?? chatMl)
  return {
    render({ messages, tools, reasoning }) {
      try {
        return template.render({
          messages: describeMessages(messages),
          ...(tools.length > 0 && { tools: tools.map(describeTool) }),
          add_generation_prompt: true,
          bos_token: options.bosToken,
          eos_token: options.eosToken,
          ...describeReasoning(reasoning),
        })
      } catch (error) {
        throw failed('The chat template of the model refused this conversation', error)
      }
    },
  }
}

/** In the shape that templates are written for, which is OpenAI's but for parsed arguments. */
function describeMessages(messages: readonly ChatMessage[]) {
  const names = new Map<string, string>()
  return messages.map((message) => {
    if (message.role === 'tool') {
      const { toolCallId, content } = message
      return { role: 'tool', tool_call_id: toolCallId, name: names.get(toolCallId) ?? '', content }
    }
    if (message.role === 'assistant') {
      const { content, reasoning, toolCalls = [] } = message
      for (const call of toolCalls) names.set(call.id, call.name)
      return {
        role: 'assistant',
        content,
        ...(reasoning !== undefined && { reasoning_content: reasoning }),
        ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(describeCall) }),
      }
    }
    // Templates know the role by its older name.
    return { role: message.role === 'developer' ? 'system' : message.role, content: message.content }
  })
}

function describeCall(call: ToolCall) {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: parseArguments(call) } }
}

/** Templates print arguments as JSON themselves; what a client made up that is none stays the text it is. */
function parseArguments(call: ToolCall): unknown {
  try {
    return JSON.parse(call.arguments)
  } catch {
    return call.arguments
  }
}

function describeTool({ name, description = '', parameters = {} }: ToolDefinition) {
  return { type: 'function', function: { name, description, parameters } }
}

/** Under the names that the templates of thinking models look for. */
function describeReasoning(reasoning: ChatRequest['reasoning']) {
  const { effort, budgetTokens } = reasoning ?? {}
  return {
    ...(effort !== undefined && { enable_thinking: effort !== 'none', reasoning_effort: effort }),
    ...(budgetTokens !== undefined && { thinking_budget: budgetTokens }),
  }
}

function parse(source: string): Template {
  try {
    return new Template(source)
  } catch (error) {
    throw failed('The chat template of the model cannot be read', error)
  }
}

function failed(what: string, error: unknown): LlmdError {
  const reason = error instanceof Error ? error.message : String(error)
  return new LlmdError('template_failed', `${what}: ${reason}`, { cause: error })
}
