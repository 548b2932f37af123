import type { ChatRequest } from '../../chat/request.ts'
import type { ToolDefinition } from '../../chat/tool.ts'
import { LlmdError } from '../../errors.ts'
import { createGrammarBuilder } from '../grammar/grammar-builder.ts'
import {
  detectReasoningTags,
  promptOpensReasoning,
  reasoningRule,
  splitReasoning,
  type ReasoningOptions,
} from '../tools/reasoning.ts'
import type { OutputParser, ToolFormat } from '../tools/tool-format.ts'

/** How the answer to one conversation is to be written and read. */
export interface AnswerPlan {
  /** GBNF that it must follow, where the request leaves it no choice. */
  grammar: string | undefined
  /** Reads thinking and calls; absent where all of it is text. */
  createParser: (() => OutputParser) | undefined
}

/** The tools that this answer may call: the model is told of no others. */
export function offeredTools({ tools, toolChoice }: ChatRequest): ToolDefinition[] {
  if (toolChoice.type === 'none') return []
  if (toolChoice.type !== 'allowed') return tools
  const names = new Set(toolChoice.names)
  return tools.filter((tool) => names.has(tool.name))
}

/**
 * @param prompt as it goes to the model: it may have opened the thinking already
 * @throws LlmdError `unsupported_schema`, `unsupported_parameter`
 */
export function planAnswer(
  request: ChatRequest,
  options: { format: ToolFormat; template: string | undefined; prompt: string },
): AnswerPlan {
  const { format, template = '', prompt } = options
  const tools = offeredTools(request)
  const tags = detectReasoningTags(template)
  const reasoning = tags &&
    // Harmony's channels are the format's own to read.
    format.name !== 'harmony' && { tags, startsInReasoning: promptOpensReasoning(prompt, tags) }
  const reads = tools.length > 0 || reasoning || format.name === 'harmony'
  return {
    grammar: planGrammar(request, { format, tools, reasoning: reasoning || undefined }),
    createParser: reads
      ? () => {
          const calls = format.createParser({ tools })
          return reasoning ? splitReasoning(calls, reasoning) : calls
        }
      : undefined,
  }
}

function planGrammar(
  request: ChatRequest,
  options: { format: ToolFormat; tools: ToolDefinition[]; reasoning: ReasoningOptions | undefined },
): string | undefined {
  const { toolChoice, parallelToolCalls, responseFormat } = request
  const { format, tools, reasoning } = options
  const mustCall =
    toolChoice.type === 'required' || (toolChoice.type === 'allowed' && toolChoice.mode === 'required')
  const structured = responseFormat.type !== 'text'
  if (!mustCall && !structured) return undefined
  if (request.logprobs) {
    throw unsupported(
      'logprobs',
      'Log-probabilities are not to be had where the answer’s form is prescribed.',
    )
  }
  if (structured && tools.length > 0) {
    throw unsupported('response_format', 'A local model cannot both be offered tools and held to JSON.')
  }
  const builder = createGrammarBuilder()
  const before = reasoning && reasoningRule(builder, reasoning)
  if (mustCall) {
    return format.callGrammar({
      builder,
      tools,
      atLeast: 1,
      ...(!parallelToolCalls && { atMost: 1 }),
      ...(before !== undefined && { before }),
    })
  }
  const schema = responseFormat.type === 'json_schema' ? responseFormat.schema : { type: 'object' }
  const value = builder.schema(schema)
  return builder.text(before === undefined ? value : builder.rule('answer', `${before} ${value}`))
}

function unsupported(param: string, message: string): LlmdError {
  return new LlmdError('unsupported_parameter', message, { param })
}
