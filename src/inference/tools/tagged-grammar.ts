import type { ToolDefinition } from '../../chat/tool.ts'
import { literal, type GrammarBuilder } from '../grammar/grammar-builder.ts'
import { isRecord, type JsonSchema } from '../grammar/json-schema.ts'
import { byName } from './by-name.ts'
import { argumentsSchema, callsOnly, repeated, sequence, textThrough } from './call-grammar.ts'
import type { CallTags } from './call-tags.ts'
import { orderedMembers } from './ordered-members.ts'
import { properties } from './properties.ts'
import type { CallGrammarOptions } from './tool-format.ts'
import { areTexts, valueTypes } from './value-types.ts'

/**
 * GBNF of calls with tagged arguments, in the order in which the tool declares them. Values that are texts may be
 * any text, or one of an enum; the rest of what a schema asks of a text is not enforced.
 */
export function taggedCalls(options: CallGrammarOptions, tags: CallTags): string {
  const { builder, tools } = options
  const anyText = textThrough(builder, 'value-text', tags.afterValue)
  const calls = tools.map((tool) => ({ name: tool.name, write: writeCall(builder, tool, { tags, anyText }) }))
  const call = builder.rule('call', byName(builder, calls))
  if (tags.holds === 'one call') return callsOnly(options, repeated(call, '\n', options))
  const body = sequence(literal(`${tags.open}\n`), repeated(call, '\n', options), literal(`\n${tags.close}`))
  return callsOnly(options, body)
}

interface Parts {
  tags: CallTags
  /** The rule for a text and the tag after it. */
  anyText: string
}

function writeCall(builder: GrammarBuilder, tool: ToolDefinition, parts: Parts): (name: string) => string {
  const { open, close, holds, beforeName, afterName, end } = parts.tags
  const root = argumentsSchema(tool)
  const members = properties(root).map(({ name, schema, required }) => ({
    required,
    rule: argument(builder, { name, schema, root }, parts),
  }))
  const alone = holds === 'one call'
  const opening = alone ? open + (beforeName === '' ? '' : '\n') : ''
  const closing = alone ? (end === '' ? '' : '\n') + close : ''
  const rest = sequence(
    orderedMembers(builder, members, { name: 'argument', separator: '' }),
    literal(`${end}${closing}`),
  )
  return (name) => sequence(literal(`${opening}${beforeName}${name}${afterName}\n`), rest)
}

function argument(
  builder: GrammarBuilder,
  { name, schema, root }: { name: string; schema: JsonSchema; root: JsonSchema },
  { tags, anyText }: Parts,
): string {
  const isText = areTexts(valueTypes(schema, root))
  const afterKey = tags.afterKey.find((tag) => (tag.isText ?? isText) === isText)?.text ?? ''
  const between = tags.beforeValue === '' ? '' : `\n${tags.beforeValue}`
  const ownLine = tags.valueOnOwnLine ? '\n' : ''
  const opening = literal(`${tags.beforeKey}${name}${afterKey}${between}${ownLine}`)
  const closing = literal(`${ownLine}${tags.afterValue}\n`)
  if (!isText) return sequence(opening, builder.schema(schema, { root, param: 'tools' }), closing)
  const choices = choicesOf(schema)
  if (choices) return sequence(opening, `(${choices.map(literal).join(' | ')})`, closing)
  return sequence(opening, anyText, literal('\n'))
}

function choicesOf(schema: JsonSchema): string[] | undefined {
  if (!isRecord(schema)) return undefined
  if ('const' in schema) return [String(schema.const)]
  return Array.isArray(schema.enum) ? schema.enum.map(String) : undefined
}
