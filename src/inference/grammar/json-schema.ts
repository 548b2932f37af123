/** A JSON Schema document or a part of one, as it came from JSON: nothing in it is checked. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown }

export const jsonTypes = ['string', 'number', 'integer', 'boolean', 'null', 'object', 'array'] as const
export type JsonType = (typeof jsonTypes)[number]

/** A schema with the keywords that a grammar can hold a value to; those of its subschemas are yet to be checked. */
export interface Keywords {
  readonly type?: JsonType | readonly JsonType[]
  readonly nullable?: boolean
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  readonly items?: JsonSchema
  readonly prefixItems?: readonly JsonSchema[]
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: false
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: JsonSchema
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly $ref?: string
  readonly allOf?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
