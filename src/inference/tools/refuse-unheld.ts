import { isRecord } from '../grammar/json-schema.ts'
import { UnsupportedSchema, unsupportedSchemaError, type SchemaPath } from '../grammar/unsupported-schema.ts'

const annotations = new Set(['title', 'description', 'default', 'examples', '$schema', '$id', '$comment'])
const held = new Set(['type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'const'])

/** Steps from the root: an object in an object is two further away. */
const deepest = 16

/**
 * For families that write arguments in a notation of their own, whose grammar holds them to types, listed values and
 * required properties: refuses schemas that ask for more.
 * @throws LlmdError `unsupported_schema`
 */
export function refuseUnheld(parameters: Readonly<Record<string, unknown>>): void {
  try {
    check(parameters, [])
  } catch (error) {
    throw error instanceof UnsupportedSchema ? unsupportedSchemaError(error, 'tools') : error
  }
}

function check(schema: unknown, path: SchemaPath): void {
  const refuse = (what: string) =>
    new UnsupportedSchema(`in the notation that this model writes calls in, ${what} cannot be held to`, path)
  if (path.length > deepest) throw refuse('so deep a schema')
  if (schema === true) throw refuse('a value of no type')
  if (!isRecord(schema)) return
  for (const keyword of Object.keys(schema)) {
    if (!held.has(keyword) && !annotations.has(keyword) && !keyword.startsWith('x-')) {
      throw refuse(JSON.stringify(keyword))
    }
  }
  const listed = 'const' in schema ? [schema.const] : schema.enum
  if (Array.isArray(listed)) {
    if (listed.some((value) => typeof value === 'object' && value !== null)) throw refuse('a listed object')
    return
  }
  if (schema.type === undefined) throw refuse('a value of no type')
  if (Array.isArray(schema.type) && schema.type.some((type) => type === 'object' || type === 'array')) {
    throw refuse('a choice of types')
  }
  if (schema.type === 'object') {
    if (!isRecord(schema.properties)) throw refuse('an object of no properties')
    for (const [name, property] of Object.entries(schema.properties)) {
      check(property, [...path, 'properties', name])
    }
  }
  if (schema.type === 'array') check(schema.items ?? true, [...path, 'items'])
}
