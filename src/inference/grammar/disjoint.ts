import { listedValues, typesOf } from './constraints.ts'
import { expandSchemas, type Conjunction, type ExpandOptions } from './expand-schema.ts'
import { objectConstraints } from './object-constraints.ts'
import type { SchemaNode } from './schema-document.ts'
import { UnsupportedSchema, type SchemaPath } from './unsupported-schema.ts'

/** How deep the properties of alternatives are compared. */
const maxDepth = 3

/**
 * A check of `oneOf`: that no value matches two of the schemas, so that it can be treated as `anyOf`. It is shown by
 * their types, by listed values, or by a required property; where it is not, the schema is refused.
 */
export function createDisjointCheck(
  options: Pick<ExpandOptions, 'document' | 'spend'>,
): ExpandOptions['onOneOf'] {
  const checked = new Set<string>()
  const expand = (nodes: readonly SchemaNode[]) =>
    expandSchemas(nodes, { ...options, onOneOf: (branches, path) => check(branches, path) })

  const isImpossible = (nodes: readonly SchemaNode[], depth: number): boolean =>
    expand(nodes).every((conjunction) => cannotMatch(conjunction, depth))

  function cannotMatch(conjunction: Conjunction, depth: number): boolean {
    options.spend(10 + conjunction.nodes.length)
    const types = typesOf(conjunction)
    const listed = listedValues(conjunction)
    if (types.size === 0 || listed?.length === 0) return true
    if (types.size > 1 || !types.has('object') || listed) return false
    const { members, impossible } = objectConstraints(conjunction, options.document)
    if (impossible) return true
    if (depth === 0) return false
    return members.some((member) => member.required && isImpossible(member.schemas, depth - 1))
  }

  function check(branches: readonly SchemaNode[], path: SchemaPath): void {
    const key = path.join('/')
    if (checked.has(key)) return
    checked.add(key)
    for (const [index, branch] of branches.entries()) {
      for (const other of branches.slice(0, index)) {
        if (isImpossible([branch, other], maxDepth)) continue
        throw new UnsupportedSchema(
          '"oneOf" with schemas that one value might match together; say "anyOf"',
          path,
        )
      }
    }
  }

  return check
}
