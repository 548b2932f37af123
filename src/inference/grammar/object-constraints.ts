import type { Conjunction } from './expand-schema.ts'
import { greatest, keywordsAt, least, refuseKeyword, valuesOf } from './keyword-values.ts'
import type { SchemaDocument, SchemaNode } from './schema-document.ts'

interface Member {
  readonly name: string
  readonly required: boolean
  readonly schemas: readonly SchemaNode[]
}

export interface ObjectConstraints {
  /** Declared and required properties, but those that another schema forbids. */
  readonly members: readonly Member[]
  /** All names that are spoken for: no further property may have one of them. */
  readonly names: readonly string[]
  /** Schemas of further properties; nothing where there may be none. */
  readonly others: readonly SchemaNode[] | undefined
  /** A required property is forbidden: no object matches. */
  readonly impossible: boolean
}

export function objectConstraints(conjunction: Conjunction, document: SchemaDocument): ObjectConstraints {
  const parts = conjunction.nodes.map((node) => {
    const { properties = {}, additionalProperties = true } = keywordsAt(node)
    const named = Object.entries(properties).map(
      ([name, schema]) => [name, document.node(schema, [...node.path, 'properties', name])] as const,
    )
    const others = document.node(additionalProperties, [...node.path, 'additionalProperties'])
    return { named: new Map(named), others }
  })
  const required = new Set(valuesOf(conjunction, 'required').flat())
  const names = [...new Set([...parts.flatMap(({ named }) => [...named.keys()]), ...required])]
  const all = names.map((name) => ({
    name,
    required: required.has(name),
    schemas: parts.map(({ named, others }) => named.get(name) ?? others),
  }))
  const others = parts.map((part) => part.others)
  const members = all.filter((member) => !isForbidden(member))
  const open = !others.some(({ schema }) => schema === false)
  checkCounts(conjunction, { required: required.size, most: open ? Infinity : members.length })
  return {
    members,
    names,
    others: open ? others : undefined,
    impossible: all.some((member) => member.required && isForbidden(member)),
  }
}

const isForbidden = ({ schemas }: Member) => schemas.some(({ schema }) => schema === false)

/** A grammar does not count properties: the bounds must hold by themselves. */
function checkCounts(conjunction: Conjunction, { required, most }: { required: number; most: number }): void {
  if (greatest(valuesOf(conjunction, 'minProperties')) > required) {
    throw refuseKeyword(
      conjunction,
      'minProperties',
      '"minProperties" above the number of required properties',
    )
  }
  if (least(valuesOf(conjunction, 'maxProperties')) < most) {
    throw refuseKeyword(
      conjunction,
      'maxProperties',
      '"maxProperties" below the number of properties allowed',
    )
  }
}
