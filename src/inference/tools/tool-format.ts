import type { ToolDefinition } from '../../chat/tool.ts'
import type { GrammarBuilder } from '../grammar/grammar-builder.ts'
import type { OutputEvent } from './output-event.ts'

/**
 * Reads one answer of a model, special tokens rendered as their text. How the text is split over pushes makes no
 * difference to what the events say. Text that may be the beginning of a call is held back until that is certain:
 * nothing of a call's markup shows as text, and nothing that turns out to be no call is lost.
 */
export interface OutputParser {
  push(text: string): OutputEvent[]
  /** The answer is over: what was held back. */
  end(): OutputEvent[]
}

export interface CallGrammarOptions {
  builder: GrammarBuilder
  /** The tools that may be called: at least one. */
  tools: readonly ToolDefinition[]
  /** Fewest calls: 1 or more. */
  atLeast: number
  /** Most calls; without it there is no limit. */
  atMost?: number
  /** A rule of the builder for what may come before the answer, as thinking does. */
  before?: string
  /** Makes the body of the answer's rule from the one for the calls, which alone are the answer without it. */
  around?: (calls: string) => string
}

/** How a family of models writes tool calls. */
export interface ToolFormat {
  name: string
  /** What all calls of its grammar begin with and no text needs; null where they are told by their JSON alone. */
  marker: string | null
  /** Its grammar holds arguments to types, listed values and required properties, and to no more of their schemas. */
  partlyHeld?: true
  /** Without tools nothing is read as a call. */
  createParser(options: { tools: readonly ToolDefinition[] }): OutputParser
  /**
   * GBNF that lets the model write nothing but calls, in the syntax it was trained on.
   * @throws LlmdError `unsupported_schema` for parameters that no grammar can hold the model to
   */
  callGrammar(options: CallGrammarOptions): string
  /** Where content is marked as such too: a rule for an answer of nothing but this content. */
  contentRule?: (builder: GrammarBuilder, content: string) => string
}
