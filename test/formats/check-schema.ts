import { existsSync, readFileSync } from 'node:fs'

interface Schema {
  $ref?: string
  type?: string
  enum?: unknown[]
  required?: string[]
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
}

const file = new URL('../../../shared/specs/openai.schemas.json', import.meta.url)

/** OpenAI's own schemas are not part of this repository; without a copy beside it, they are not checked. */
export const openAiSchemas: Record<string, Schema> | undefined = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8')).components.schemas
  : undefined

/** Where a value differs from the schema, in the little of JSON Schema that OpenAI's answers use. */
export function schemaErrors(
  schemas: Record<string, Schema>,
  schema: Schema,
  value: unknown,
  at = '$',
): string[] {
  const inner = (part: Schema, partValue: unknown, path: string) =>
    schemaErrors(schemas, part, partValue, path)
  if (schema.$ref) return inner(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, value, at)
  if (schema.anyOf) {
    return schema.anyOf.some((part) => inner(part, value, at).length === 0) ? [] : [`${at}: none of anyOf`]
  }
  if (schema.type && !isOfType(schema.type, value)) return [`${at}: not ${schema.type}`]
  if (schema.enum && !schema.enum.includes(value)) return [`${at}: not one of ${schema.enum.join()}`]
  if (Array.isArray(value))
    return value.flatMap((item, index) => inner(schema.items ?? {}, item, `${at}[${index}]`))
  if (typeof value !== 'object' || value === null) return []
  const missing = (schema.required ?? [])
    .filter((key) => !(key in value))
    .map((key) => `${at}.${key}: missing`)
  const wrong = Object.entries(value).flatMap(([key, part]) =>
    inner(schema.properties?.[key] ?? {}, part, `${at}.${key}`),
  )
  return [...missing, ...wrong]
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}
