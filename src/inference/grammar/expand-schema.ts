import { hasAssertions } from './check-keywords.ts'
import type { JsonSchema } from './json-schema.ts'
import type { SchemaDocument, SchemaNode } from './schema-document.ts'
import type { Spend } from './spend.ts'
import { UnsupportedSchema, type SchemaPath } from './unsupported-schema.ts'

/** Schemas that a value must match at once, of which only their own keywords count. */
export interface Conjunction {
  readonly key: string
  readonly nodes: readonly SchemaNode[]
}

/** A choice between schemas that is yet to be made. */
interface Choice {
  readonly branches: readonly JsonSchema[]
  readonly path: SchemaPath
  /** Schemas on the way here: to meet one again would be a circle. */
  readonly trail: readonly number[]
}

interface Draft {
  readonly leaves: Map<number, SchemaNode>
  readonly choices: Map<string, Choice>
  readonly seen: Set<number>
  impossible: boolean
}

export interface ExpandOptions {
  document: SchemaDocument
  spend: Spend
  /** Called for each `oneOf` on the way. */
  onOneOf(branches: readonly SchemaNode[], path: SchemaPath): void
}

/**
 * The schemas' disjunctive normal form: a value matches all of them exactly if it matches one of the conjunctions.
 * `$ref`, `allOf`, `anyOf` and `oneOf` are resolved.
 */
export function expandSchemas(schemas: readonly SchemaNode[], options: ExpandOptions): Conjunction[] {
  const first: Draft = { leaves: new Map(), choices: new Map(), seen: new Set(), impossible: false }
  for (const node of schemas) collect(node, first, [], options)
  const drafts = [first]
  const known = new Set<string>()
  const found: Conjunction[] = []
  for (const draft of drafts) {
    options.spend(1 + draft.leaves.size + draft.choices.size)
    const key = keyOf(draft)
    if (draft.impossible || known.has(key)) continue
    known.add(key)
    const [next] = draft.choices
    if (!next) {
      found.push({ key, nodes: [...draft.leaves.values()] })
      continue
    }
    const [name, { branches, path, trail }] = next
    for (const [index, branch] of branches.entries()) {
      options.spend(1 + draft.leaves.size + draft.choices.size + draft.seen.size)
      const chosen: Draft = {
        leaves: new Map(draft.leaves),
        choices: new Map(draft.choices),
        seen: new Set(draft.seen),
        impossible: false,
      }
      chosen.choices.delete(name)
      collect(options.document.node(branch, [...path, index]), chosen, trail, options)
      drafts.push(chosen)
    }
  }
  return found
}

const keyOf = ({ leaves, choices }: Draft) =>
  [...leaves.keys()].toSorted((a, b) => a - b).join() + [...choices.keys()].toSorted().join('')

/** Adds what the schema asks for, through its `$ref` and `allOf`, to the draft. */
function collect(node: SchemaNode, draft: Draft, trail: readonly number[], options: ExpandOptions): void {
  const { id, schema, path } = node
  if (schema === false) draft.impossible = true
  if (typeof schema === 'boolean') return
  options.spend(1 + trail.length)
  if (trail.includes(id)) throw new UnsupportedSchema('the schema refers to itself without end', path)
  if (draft.seen.has(id)) return
  draft.seen.add(id)
  const onward = [...trail, id]
  if (hasAssertions(schema)) draft.leaves.set(id, node)
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    const branches = schema[keyword]
    if (!branches) continue
    const at = [...path, keyword]
    if (keyword === 'oneOf') {
      options.onOneOf(
        branches.map((branch, index) => options.document.node(branch, [...at, index])),
        at,
      )
    }
    draft.choices.set(`/${id}${keyword}`, { branches, path: at, trail: onward })
  }
  for (const [index, part] of (schema.allOf ?? []).entries()) {
    collect(options.document.node(part, [...path, 'allOf', index]), draft, onward, options)
  }
  if (schema.$ref !== undefined) collect(options.document.resolve(schema.$ref, path), draft, onward, options)
}
