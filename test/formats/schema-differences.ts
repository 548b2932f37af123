import { openAiSchemas, schemaErrors } from './check-schema.ts'

/** Where a value differs from OpenAI's schema of that name. */
export function schemaDifferences(name: string, value: unknown): string[] {
  const schemas = openAiSchemas ?? {}
  const schema = schemas[name]
  return schema ? schemaErrors(schemas, schema, value) : [`no schema ${name}`]
}
