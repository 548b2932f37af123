import { createHash } from 'node:crypto'
import type { ChatRequest } from '../../chat/request.ts'
import type { ToolDefinition } from '../../chat/tool.ts'
import { LlmdError } from '../../errors.ts'
import { callsOrContent } from '../tools/calls-or-content.ts'
import { readFromMarker } from '../tools/read-from-marker.ts'
import { detectReasoningTags, promptOpensReasoning, splitReasoning } from '../tools/reasoning.ts'
import type { OutputParser, ToolFormat } from '../tools/tool-format.ts'
import { answerForm, type AnswerForm } from './answer-form.ts'
import { planGrammar, type GrammarOptions } from './plan-grammar.ts'

/** How the answer to one conversation is to be written and read. */
export interface AnswerPlan {
  /** GBNF that it must follow, where the request prescribes something. */
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

export interface PlanOptions {
  format: ToolFormat
  template: string | undefined
  /** As it goes to the model: it may have opened the thinking already. */
  prompt: string
  /** Remembers grammars by what they are made of, where that saves time. */
  remember?: (key: string, make: () => string | undefined) => string | undefined
}

/** @throws LlmdError `unsupported_schema`, `unsupported_parameter` */
export function planAnswer(request: ChatRequest, options: PlanOptions): AnswerPlan {
  const { format, template = '', prompt, remember = (_key, make) => make() } = options
  const tools = offeredTools(request)
  const tags = detectReasoningTags(template)
  const reasoning =
    // Harmony's channels are the format's own to read.
    tags && format.name !== 'harmony'
      ? { tags, startsInReasoning: promptOpensReasoning(prompt, tags) }
      : undefined
  const reads = tools.length > 0 || reasoning || format.name === 'harmony'
  const form = answerForm(request, tools)
  if (form !== 'free' && request.logprobs) {
    const message = 'Log-probabilities are not to be had where the answer’s form is prescribed.'
    const hint = form === 'text and calls' ? { hint: 'A strict tool prescribes that of its calls.' } : {}
    throw new LlmdError('unsupported_parameter', message, { param: 'logprobs', ...hint })
  }
  const { parallelToolCalls, responseFormat } = request
  const wanted = { form, format, tools, parallelToolCalls, responseFormat, reasoning }
  return {
    grammar: form === 'free' ? undefined : remember(keyOf(wanted), () => planGrammar(wanted)),
    createParser: reads
      ? () => {
          const calls = readAs(form, format, format.createParser({ tools }))
          return reasoning ? splitReasoning(calls, reasoning) : calls
        }
      : undefined,
  }
}

/** Nothing counts as a call but what the grammar made one. */
function readAs(form: AnswerForm, { marker, contentRule }: ToolFormat, parser: OutputParser): OutputParser {
  if (contentRule) return parser
  if (form === 'calls or content') return callsOrContent(parser, marker)
  if (form !== 'text and calls') return parser
  return marker === null ? callsOrContent(parser, marker) : readFromMarker(parser, marker)
}

function keyOf({ format, ...wanted }: GrammarOptions): string {
  const text = JSON.stringify([format.name, wanted])
  return createHash('sha256').update(text).digest('base64')
}
