import { literal, type GrammarBuilder } from '../grammar/grammar-builder.ts'
import { sequence, textThrough } from './call-grammar.ts'
import { createEventSink } from './event-sink.ts'
import { createTextSource, type Reading, type TextSource } from './text-source.ts'
import type { OutputParser } from './tool-format.ts'

/** Between what a model writes its thinking. */
export interface ReasoningTags {
  open: string
  close: string
}

const knownTags: readonly ReasoningTags[] = [
  { open: '<think>', close: '</think>' },
  { open: '<seed:think>', close: '</seed:think>' },
  { open: '[THINK]', close: '[/THINK]' },
  { open: '<|START_THINKING|>', close: '<|END_THINKING|>' },
  { open: '<|channel>thought', close: '<channel|>' },
]

/** The tags that a chat template speaks of. */
export function detectReasoningTags(template: string): ReasoningTags | undefined {
  return knownTags.find(({ open, close }) => template.includes(open) || template.includes(close))
}

/** Whether the prompt itself has opened the thinking, so that the answer begins within it. */
export function promptOpensReasoning(prompt: string, { open }: ReasoningTags): boolean {
  return prompt.trimEnd().endsWith(open)
}

export interface ReasoningOptions {
  tags: ReasoningTags
  /** The prompt ended within the thinking: there is no opening tag to come. */
  startsInReasoning: boolean
}

/**
 * Splits off the thinking at the beginning of an answer; the rest goes to another parser. Tags later on are text.
 * White space before the opening tag and line breaks after a tag are left out.
 */
export function splitReasoning(parser: OutputParser, options: ReasoningOptions): OutputParser {
  const source = createTextSource()
  const sink = createEventSink()
  const reading = readReasoning(source, (text) => sink.reasoning(text), options)
  let answering = false
  const advance = () => {
    answering = reading.next().done === true
    const events = sink.take()
    return answering ? [...events, ...parser.push(source.unread())] : events
  }
  return {
    push(text) {
      if (answering) return parser.push(text)
      source.append(text)
      return advance()
    },
    end() {
      if (answering) return parser.end()
      source.end()
      return [...advance(), ...parser.end()]
    },
  }
}

function* readReasoning(
  source: TextSource,
  write: (text: string) => void,
  { tags, startsInReasoning }: ReasoningOptions,
): Reading<void> {
  for (let opened = startsInReasoning; ; opened = false) {
    const start = source.position
    yield* source.skipSpace()
    // A model may repeat the tag that the prompt has opened.
    if (!(yield* source.accept(tags.open)) && !opened) {
      source.rewind(start)
      return
    }
    yield* source.takeWhile(isLineBreak)
    while (!(yield* source.accept(tags.close))) {
      const character = yield* source.next()
      if (character === undefined) return
      write(character)
      source.release()
    }
    yield* source.takeWhile(isLineBreak)
    source.release()
  }
}

function isLineBreak(character: string): boolean {
  return character === '\n' || character === '\r'
}

/** The rule for the thinking that may come before forced calls. */
export function reasoningRule(
  builder: GrammarBuilder,
  { tags, startsInReasoning }: ReasoningOptions,
): string {
  const rest = textThrough(builder, 'thinking-text', tags.close)
  const thinking = startsInReasoning ? rest : `(${sequence(literal(tags.open), rest)})?`
  return builder.rule('thinking', `${thinking} [\\n]*`)
}
