import { z } from 'zod'

export type JsonSchema = Record<string, unknown>

/**
 * JSON Schemas of zod schemas by name, for `#/components/schemas`; where one is part of another it is a reference.
 * @param io what is sent (`input`) or what comes of it (`output`)
 */
export function jsonSchemasOf(
  named: ReadonlyMap<z.ZodType, string>,
  io: 'input' | 'output',
): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>()
  for (const [schema, id] of named) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, { ...conversion(io), uri: schemaReference })
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema)]))
}

export function schemaReference(name: string): string {
  return `#/components/schemas/${name}`
}

/** The JSON Schema of one schema, in place. */
export function inlineJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return bare(z.toJSONSchema(schema, conversion(io)))
}

function conversion(io: 'input' | 'output') {
  // What is checked by hand has its form in its metadata.
  return { io, unrepresentable: 'any', override: adapt } as const
}

/** The document says itself which dialect its schemas are of. */
function bare(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema' && key !== '$id'))
}

function adapt({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: JsonSchema }): void {
  // Elements of our own lists: see `list` in formats.
  const { items } = jsonSchema
  if (items instanceof z.ZodType) jsonSchema['items'] = inlineJsonSchema(items, 'input')
  // Fields may be added to answers.
  if (zodSchema instanceof z.ZodObject && !zodSchema.def.catchall) delete jsonSchema['additionalProperties']
  // Limits of the language, which say nothing of the value.
  if (jsonSchema['minimum'] === Number.MIN_SAFE_INTEGER) delete jsonSchema['minimum']
  if (jsonSchema['maximum'] === Number.MAX_SAFE_INTEGER) delete jsonSchema['maximum']
  // The expression behind the format.
  if (jsonSchema['format'] === 'date-time' || jsonSchema['format'] === 'uuid') delete jsonSchema['pattern']
}
