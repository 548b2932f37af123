import type { Conjunction } from './expand-schema.ts'
import { greatest, keywordsAt, least, valuesOf } from './keyword-values.ts'
import type { SchemaDocument, SchemaNode } from './schema-document.ts'

export interface ArrayConstraints {
  readonly min: number
  readonly max: number
  /** Schemas of the first items, then of all others. */
  readonly prefix: readonly (readonly SchemaNode[])[]
  readonly rest: readonly SchemaNode[]
}

export function arrayConstraints(conjunction: Conjunction, document: SchemaDocument): ArrayConstraints {
  let max = least(valuesOf(conjunction, 'maxItems'))
  const lists = conjunction.nodes.map((node) => {
    const { items = true, prefixItems = [] } = keywordsAt(node)
    const listed = prefixItems.map((schema, index) =>
      document.node(schema, [...node.path, 'prefixItems', index]),
    )
    if (items === false) max = Math.min(max, listed.length)
    return { listed, others: document.node(items, [...node.path, 'items']) }
  })
  const length = greatest(lists.map(({ listed }) => listed.length))
  return {
    min: greatest(valuesOf(conjunction, 'minItems')),
    max,
    prefix: Array.from({ length }, (_, i) => lists.map(({ listed, others }) => listed[i] ?? others)),
    rest: lists.map(({ others }) => others),
  }
}
