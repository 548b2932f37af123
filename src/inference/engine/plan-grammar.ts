import type { ChatRequest } from '../../chat/request.ts'
import type { ToolDefinition } from '../../chat/tool.ts'
import { createGrammarBuilder, type GrammarBuilder } from '../grammar/grammar-builder.ts'
import { reasoningRule, type ReasoningOptions } from '../tools/reasoning.ts'
import { refuseUnheld } from '../tools/refuse-unheld.ts'
import { textWithout } from '../tools/text-without.ts'
import type { ToolFormat } from '../tools/tool-format.ts'
import type { AnswerForm } from './answer-form.ts'

export interface GrammarOptions {
  form: AnswerForm
  format: ToolFormat
  /** Those that may be called. */
  tools: readonly ToolDefinition[]
  parallelToolCalls: boolean
  responseFormat: ChatRequest['responseFormat']
  /** Absent where the model thinks between no tags. */
  reasoning: ReasoningOptions | undefined
}

/** A text that begins as no call does: nothing of it need be looked at for one. */
const otherText = '[ \\t\\r\\n]* ([^ \\t\\r\\n<{\\[] [^\\x00]*)?'

/**
 * The GBNF that an answer of this form follows, from its first token on.
 * @throws LlmdError `unsupported_schema`
 */
export function planGrammar(options: GrammarOptions): string | undefined {
  const { form, format, tools, parallelToolCalls, reasoning } = options
  if (form === 'free') return undefined
  const builder = createGrammarBuilder()
  const before = reasoning && reasoningRule(builder, reasoning)
  if (form === 'content') {
    const content = contentRule(builder, options)
    return builder.text(before === undefined ? content : builder.rule('answer', `${before} ${content}`))
  }
  if (format.partlyHeld) {
    for (const { strict, parameters } of tools) if (strict && parameters) refuseUnheld(parameters)
  }
  return format.callGrammar({
    builder,
    tools: form === 'calls' ? tools : tools.map(loosen),
    atLeast: 1,
    ...(!parallelToolCalls && { atMost: 1 }),
    ...(before !== undefined && { before }),
    ...(form === 'calls or content' && {
      around: (calls) => `${calls} | ${contentRule(builder, options)}`,
    }),
    ...(form === 'text and calls' && {
      around: (calls) =>
        format.marker === null
          ? `${calls} | ${otherText}`
          : `${textWithout(builder, format.marker)} (${calls})?`,
    }),
  })
}

function contentRule(builder: GrammarBuilder, { format, responseFormat }: GrammarOptions): string {
  const value = builder.schema(
    responseFormat.type === 'json_schema' ? responseFormat.schema : { type: 'object' },
  )
  return format.contentRule?.(builder, value) ?? value
}

/** Nothing was promised of a tool that is not strict and need not be called: what cannot be held to is let go. */
function loosen(tool: ToolDefinition): ToolDefinition {
  if (tool.strict || !tool.parameters) return tool
  try {
    createGrammarBuilder().schema(tool.parameters)
    return tool
  } catch {
    return { ...tool, parameters: { type: 'object' } }
  }
}
