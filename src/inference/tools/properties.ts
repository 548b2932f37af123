import { isRecord, type JsonSchema } from '../grammar/json-schema.ts'

export interface Property {
  name: string
  schema: JsonSchema
  required: boolean
}

/** The properties that a schema of arguments declares, in its order, and those that it requires all the same. */
export function properties(parameters: Readonly<Record<string, unknown>>): Property[] {
  const declared = isRecord(parameters.properties) ? parameters.properties : {}
  const required = new Set(Array.isArray(parameters.required) ? parameters.required.map(String) : [])
  const names = new Set([...Object.keys(declared), ...required])
  return Array.from(names, (name) => {
    const schema = Object.hasOwn(declared, name) ? declared[name] : parameters.additionalProperties
    return {
      name,
      schema: typeof schema === 'boolean' || isRecord(schema) ? schema : true,
      required: required.has(name),
    }
  })
}
