import { checkAmbiguity, type Branch } from './ambiguity.ts'
import { arrayRules } from './array-rules.ts'
import { accepts } from './automaton.ts'
import { stringRules } from './automaton-rules.ts'
import { arrayConstraints } from './array-constraints.ts'
import {
  listedValues,
  numberConstraints,
  refuseConstraintsOn,
  stringConstraints,
  typesOf,
} from './constraints.ts'
import { createDisjointCheck } from './disjoint.ts'
import { expandSchemas, type Conjunction } from './expand-schema.ts'
import { letters, reference, type Piece } from './gbnf.ts'
import { isRecord, type JsonSchema, type JsonType } from './json-schema.ts'
import { literalRules } from './literal-rules.ts'
import { objectConstraints } from './object-constraints.ts'
import { objectRules } from './object-rules.ts'
import type { RuleTable } from './rule-table.ts'
import { constrainedNumbers, constrainedStrings } from './scalar-rules.ts'
import { createSchemaDocument, type SchemaNode } from './schema-document.ts'
import type { Spend } from './spend.ts'
import { otherStringsAutomaton, stringAutomaton } from './string-automaton.ts'
import { located, UnsupportedSchema } from './unsupported-schema.ts'
import { meetsNumberConstraints } from './number-automaton.ts'

/** An alternative of a value: its pieces of grammar, and what is known of it. */
interface Part {
  readonly pieces: readonly Piece[]
  readonly branch: Branch
}

/**
 * Adds rules for a schema and all that it refers to. The document's size has been checked.
 * @returns the name of the schema's rule
 * @throws UnsupportedSchema
 */
export function compileSchema(
  schema: JsonSchema,
  { root, table, spend }: { root: JsonSchema; table: RuleTable; spend: Spend },
): string {
  const document = createSchemaDocument(root)
  const checkDisjoint = createDisjointCheck({ document, spend })
  const expand = (nodes: readonly SchemaNode[]) =>
    expandSchemas(nodes, { document, spend, onOneOf: checkDisjoint })

  const rules = new Map<string, string>()
  const queue: { key: string; rule: string; conjunctions: Conjunction[] }[] = []
  const branches = new Map<string, Branch[]>()

  /** The value that matches all the schemas; its rule follows when its turn comes. */
  function value(nodes: readonly SchemaNode[]): { key: string; piece: Piece } {
    const conjunctions = expand(nodes)
    const key = conjunctions.map((conjunction) => conjunction.key).join('|') || 'any'
    const found = conjunctions.length === 0 ? 'none' : key
    const rule = rules.get(found) ?? table.reserve(found === 'any' ? 'value' : nameOf(nodes))
    if (!rules.has(found)) queue.push({ key: found, rule, conjunctions })
    rules.set(found, rule)
    return { key: found, piece: reference(rule) }
  }

  function partsOf(conjunction: Conjunction, ordered: boolean): Part[] {
    const types = typesOf(conjunction)
    const listed = listedValues(conjunction)
    const parts = listed
      ? [listedPart(listed, types, conjunction)]
      : [...types].map((type) => typedPart(type, conjunction, ordered))
    const possible = parts.filter(({ pieces }) => pieces.length > 0)
    const [node, ...others] = conjunction.nodes
    if (possible.length === 0 && node && others.length === 0) {
      throw new UnsupportedSchema('no value can match it', node.path)
    }
    return possible
  }

  function listedPart(listed: unknown[], types: ReadonlySet<JsonType>, conjunction: Conjunction): Part {
    const matches = createScalarCheck(conjunction, spend)
    const texts = listed
      .filter((item) => hasType(item, types) && matches(item))
      .map((item) => JSON.stringify(item))
    return {
      pieces: literalRules('listed', texts, table),
      branch: { kind: 'scalar', listed: new Set(texts) },
    }
  }

  function typedPart(type: JsonType, conjunction: Conjunction, ordered: boolean): Part {
    if (type === 'object') return objectPart(conjunction, ordered)
    if (type === 'array') return arrayPart(conjunction)
    const scalars = {
      string: () => constrainedStrings(stringConstraints(conjunction), table, spend),
      number: () => constrainedNumbers(numberConstraints(conjunction), table, spend),
      integer: () => constrainedNumbers(numberConstraints(conjunction), table, spend),
      boolean: () => [letters('true'), letters('false')],
      null: () => [letters('null')],
    }
    return { pieces: scalars[type](), branch: { kind: 'scalar', listed: undefined } }
  }

  function objectPart(conjunction: Conjunction, ordered: boolean): Part {
    const { members, names, others, impossible } = objectConstraints(conjunction, document)
    spend(members.length)
    const values = members.map(({ name, required, schemas }) => {
      const { key, piece } = value(schemas)
      return { name, required, key, piece }
    })
    const other = others && value(others)
    const branch: Branch = {
      kind: 'object',
      children: [...values.map(({ key }) => key), ...(other ? [other.key] : [])],
      members: values.map(({ name, required, key }) => ({ name, required, value: key })),
      open: other !== undefined,
    }
    if (impossible) return { pieces: [], branch }
    const pieces = objectRules(
      {
        members: values.map(({ name, required, piece }) => ({ name, required, value: piece })),
        other: other && {
          name: stringRules('name', otherStringsAutomaton(names, spend), table),
          value: other.piece,
        },
        ordered,
      },
      table,
    )
    return { pieces, branch }
  }

  function arrayPart(conjunction: Conjunction): Part {
    const { min, max, prefix, rest } = arrayConstraints(conjunction, document)
    const used = prefix.slice(0, max).map(value)
    const others = max > prefix.length ? value(rest) : undefined
    const all = others ? [...used, others] : used
    const branch: Branch = { kind: 'array', children: all.map(({ key }) => key) }
    if (min > max) return { pieces: [], branch }
    const shape = {
      min,
      max,
      prefix: used.map(({ piece }) => piece),
      rest: others?.piece ?? letters(''),
    }
    return { pieces: arrayRules(shape, table), branch }
  }

  const top = value([document.node(schema, [])])
  for (const { key, rule, conjunctions } of queue) {
    const mayBeObject = conjunctions.filter((conjunction) => typesOf(conjunction).has('object'))
    // In the order given, objects tell sooner which of several they are.
    const parts = conjunctions.flatMap((conjunction) =>
      located(conjunction.nodes[0]?.path ?? [], () => partsOf(conjunction, mayBeObject.length > 1)),
    )
    const pieces = parts.flatMap((part) => part.pieces)
    table.define(rule, [...new Map(pieces.map((piece) => [piece.text, piece])).values()])
    branches.set(
      key,
      parts.map(({ branch }) => branch),
    )
  }
  checkAmbiguity(branches)
  const [name = ''] = top.piece.rules
  if (!table.prune(name)) throw new UnsupportedSchema('no value of finite size can match it')
  return name
}

function nameOf(nodes: readonly SchemaNode[]): string {
  const name = nodes.flatMap(({ path }) => path.filter((part) => typeof part === 'string')).at(-1)
  return `v-${name ?? 'value'}`
}

function hasType(item: unknown, types: ReadonlySet<string>): boolean {
  if (item === null) return types.has('null')
  if (Array.isArray(item)) return types.has('array')
  if (typeof item === 'number') return types.has('number') || (types.has('integer') && Number.isInteger(item))
  return types.has(typeof item)
}

/** Checks listed values against the other keywords beside them. */
function createScalarCheck(conjunction: Conjunction, spend: Spend): (item: unknown) => boolean {
  let strings: ReturnType<typeof stringAutomaton> | undefined
  return (item) => {
    if (Array.isArray(item)) refuseConstraintsOn(conjunction, 'array')
    if (isRecord(item)) refuseConstraintsOn(conjunction, 'object')
    if (typeof item === 'number') return meetsNumberConstraints(item, numberConstraints(conjunction))
    if (typeof item !== 'string') return true
    strings ??= stringAutomaton(stringConstraints(conjunction), spend)
    return accepts(strings, item)
  }
}
