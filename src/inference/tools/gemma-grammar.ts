import type { ToolDefinition } from '../../chat/tool.ts'
import { literal, type GrammarBuilder } from '../grammar/grammar-builder.ts'
import { argumentsSchema, sequence, textThrough } from './call-grammar.ts'
import { orderedMembers } from './ordered-members.ts'

/** Schemas nested deeper than this are let off with any value. */
const deepest = 16

type Schema = Record<string, unknown>

/** Adds the rules for values in Gemma's notation, which {@link gemmaArguments} refers to. */
export function addGemmaValues(builder: GrammarBuilder, quote: string): void {
  builder.rule('gemma-string', sequence(literal(quote), textThrough(builder, 'gemma-text', quote)))
  builder.rule('gemma-integer', '"-"? ("0" | [1-9] [0-9]{0,15})')
  builder.rule('gemma-number', 'gemma-integer ("." [0-9]{1,15})? ([eE] [+-]? [0-9]{1,3})?')
  builder.rule('gemma-boolean', '"true" | "false"')
  builder.rule('gemma-array', '"[" (gemma-value ("," gemma-value)*)? "]"')
  builder.rule('gemma-member', '[a-zA-Z_] [a-zA-Z0-9_-]* ":" gemma-value')
  builder.rule('gemma-object', '"{" (gemma-member ("," gemma-member)*)? "}"')
  builder.rule(
    'gemma-value',
    'gemma-string | gemma-number | gemma-boolean | "null" | gemma-array | gemma-object',
  )
}

/**
 * The GBNF of a tool's arguments in Gemma's notation. Types, enums and required properties bind; the rest of the
 * schema is not enforced.
 */
export function gemmaArguments(builder: GrammarBuilder, tool: ToolDefinition, quote: string): string {
  return value(builder, argumentsSchema(tool), { quote, name: 'arguments', depth: 0 })
}

interface Place {
  quote: string
  /** What the rules made for this place are called after. */
  name: string
  depth: number
}

function value(builder: GrammarBuilder, schema: Schema, place: Place): string {
  if (place.depth > deepest) return 'gemma-value'
  const choices = 'const' in schema ? [schema.const] : schema.enum
  if (Array.isArray(choices) && choices.every(isScalar)) {
    return `(${choices.map((choice) => scalar(choice, place.quote)).join(' | ')})`
  }
  const types: readonly unknown[] = Array.isArray(schema.type) ? schema.type : []
  if (types.length > 0) {
    const choice = types.map((type, index) =>
      value(
        builder,
        { ...schema, type },
        { ...place, name: `${place.name}-${index}`, depth: place.depth + 1 },
      ),
    )
    return `(${choice.join(' | ')})`
  }
  switch (schema.type) {
    case 'null':
      return '"null"'
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
      return `gemma-${schema.type}`
    case 'array': {
      if (!isSchema(schema.items)) return 'gemma-array'
      const item = value(builder, schema.items, {
        ...place,
        name: `${place.name}-item`,
        depth: place.depth + 1,
      })
      return `"[" (${item} ("," ${item})*)? "]"`
    }
    case 'object':
      return isSchema(schema.properties) ? object(builder, schema, place) : 'gemma-object'
    default:
      return 'gemma-value'
  }
}

/** Properties in the order of their names, as the model was taught; optional ones may be left out. */
function object(builder: GrammarBuilder, schema: Schema, place: Place): string {
  const properties = Object.entries(isSchema(schema.properties) ? schema.properties : {}).toSorted(
    ([one], [other]) => (one < other ? -1 : 1),
  )
  const required = new Set(Array.isArray(schema.required) ? schema.required : [])
  const members = properties.map(([key, property], index) => ({
    required: required.has(key),
    rule: sequence(
      literal(`${key}:`),
      value(builder, isSchema(property) ? property : {}, {
        ...place,
        name: `${place.name}-${index}`,
        depth: place.depth + 1,
      }),
    ),
  }))
  return `"{" ${orderedMembers(builder, members, { name: place.name, separator: ',' })} "}"`
}

function isSchema(schema: unknown): schema is Schema {
  return typeof schema === 'object' && schema !== null && !Array.isArray(schema)
}

function isScalar(choice: unknown): choice is string | number | boolean | null {
  return choice === null || ['string', 'number', 'boolean'].includes(typeof choice)
}

function scalar(choice: string | number | boolean | null, quote: string): string {
  return literal(typeof choice === 'string' ? `${quote}${choice}${quote}` : JSON.stringify(choice))
}
