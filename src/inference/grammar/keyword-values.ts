import type { Conjunction } from './expand-schema.ts'
import type { Keywords } from './json-schema.ts'
import type { SchemaNode } from './schema-document.ts'
import { UnsupportedSchema } from './unsupported-schema.ts'

export const keywordsAt = ({ schema }: SchemaNode): Keywords => (typeof schema === 'boolean' ? {} : schema)

/** The values of a keyword in all schemas that have it. */
export function valuesOf<Name extends keyof Keywords>(
  { nodes }: Conjunction,
  name: Name,
): NonNullable<Keywords[Name]>[] {
  return nodes.flatMap((node) => {
    const value = keywordsAt(node)[name]
    return value === undefined || value === null ? [] : [value]
  })
}

export const greatest = (values: readonly number[]) =>
  values.reduce((most, value) => Math.max(most, value), 0)
export const least = (values: readonly number[]) =>
  values.reduce((low, value) => Math.min(low, value), Infinity)

/** The error for a keyword of one of the schemas. */
export function refuseKeyword({ nodes }: Conjunction, name: keyof Keywords, what: string): UnsupportedSchema {
  const node = nodes.find((candidate) => name in keywordsAt(candidate))
  return new UnsupportedSchema(`${what} is not supported`, [...(node?.path ?? []), name])
}
