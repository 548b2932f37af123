import type { ToolDefinition } from '../../chat/tool.ts'
import { literal, type GrammarBuilder } from '../grammar/grammar-builder.ts'
import { byName } from './by-name.ts'
import type { CallGrammarOptions } from './tool-format.ts'

const noArguments = { type: 'object', properties: {}, additionalProperties: false }

/** Joins texts (through {@link literal}) and rules into one sequence. */
export function sequence(...parts: string[]): string {
  return parts.filter((part) => part !== '').join(' ')
}

export function argumentsSchema(tool: ToolDefinition): Record<string, unknown> {
  return tool.parameters ?? noArguments
}

/** The rule for one call of any of the tools, whose arguments are JSON. */
export function anyCall(
  { builder, tools }: Pick<CallGrammarOptions, 'builder' | 'tools'>,
  write: (name: string, argumentsRule: string) => string,
): string {
  const calls = tools.map((tool) => {
    const argumentsRule = builder.schema(argumentsSchema(tool), { param: 'tools' })
    return { name: tool.name, write: (name: string) => write(name, argumentsRule) }
  })
  return builder.rule('call', byName(builder, calls))
}

/** The rule for one call as a JSON object: `{"name": "get_weather", "arguments": {...}}`. */
export function anyCallObject(
  options: Pick<CallGrammarOptions, 'builder' | 'tools'>,
  argumentsKey: 'arguments' | 'parameters',
): string {
  return anyCall(options, (name, argumentsRule) =>
    sequence(literal(`{"name": ${JSON.stringify(name)}, "${argumentsKey}": `), argumentsRule, literal('}')),
  )
}

/** As many calls as asked for, with the separator (a text) between them. */
export function repeated(
  call: string,
  separator: string,
  { atLeast, atMost }: Pick<CallGrammarOptions, 'atLeast' | 'atMost'>,
): string {
  if (atMost === 1) return call
  const next = separator === '' ? call : `(${literal(separator)} ${call})`
  return `${call} ${next}{${atLeast - 1},${atMost === undefined ? '' : atMost - 1}}`
}

/** The finished grammar: what may come before, then this, or what the options make of it. */
export function callsOnly({ builder, before, around }: CallGrammarOptions, body: string): string {
  const calls = builder.rule('calls', body)
  const answer = around ? builder.rule('answer', around(calls)) : calls
  return builder.text(before === undefined ? answer : builder.rule('whole', sequence(before, answer)))
}

/**
 * Adds rules for any text in which `marker` does not occur, followed by it; returns the first one's name. The first
 * character of the marker occurs nowhere else in it.
 */
export function textThrough(builder: GrammarBuilder, name: string, marker: string): string {
  const [first, ...others] = marker.split('')
  const state = (matched: number) => (matched === 0 ? name : `${name}-${matched}`)
  if (first === undefined) throw new RangeError('a marker has at least one character')
  for (const [before, expected] of others.entries()) {
    const matched = before + 1
    const onwards =
      matched === others.length ? literal(expected) : sequence(literal(expected), state(matched + 1))
    builder.rule(
      state(matched),
      `${onwards} | ${literal(first)} ${state(1)} | [^${inClass(expected)}${inClass(first)}] ${state(0)}`,
    )
  }
  const onward = others.length === 0 ? literal(first) : `${literal(first)} ${state(1)}`
  return builder.rule(state(0), `${onward} | [^${inClass(first)}] ${state(0)}`)
}

function inClass(character: string): string {
  return /[[\]\\]/.test(character) ? `\\${character}` : character
}
