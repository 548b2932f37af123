import { formats } from './formats.ts'
import { isRecord, jsonTypes, type JsonType, type Keywords } from './json-schema.ts'
import { UnsupportedSchema, type SchemaPath } from './unsupported-schema.ts'

type Check = (value: unknown) => boolean

const isSchema: Check = (value) => value === true || isRecord(value)
const isSchemaOrFalse: Check = (value) => value === false || isSchema(value)
const isSchemas: Check = (value) => Array.isArray(value) && value.length > 0 && value.every(isSchema)
const isNamed: (check: Check) => Check = (check) => (value) =>
  isRecord(value) && Object.values(value).every(check)
const isString: Check = (value) => typeof value === 'string'
const isStrings: Check = (value) => Array.isArray(value) && value.every(isString)
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value)
const isPositive: Check = (value) => isNumber(value) && Number(value) > 0
const isBoolean: Check = (value) => typeof value === 'boolean'
const isFalse: Check = (value) => value === false
const isType: Check = (value) => (jsonTypes as readonly unknown[]).includes(value)
const isTypes: Check = (value) =>
  isType(value) || (Array.isArray(value) && value.length > 0 && value.every(isType))
/** Beyond this many steps a grammar no longer counts. */
const maxCount = 10_000
const isCount: Check = (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= maxCount
const isFormat: Check = (value) => typeof value === 'string' && formats.has(value)
const isAnything: Check = () => true

const expected = new Map<Check, string>([
  [isSchema, 'must be a schema other than false'],
  [isSchemaOrFalse, 'must be a schema'],
  [isSchemas, 'must be a list of schemas other than false'],
  [isCount, `must be a whole number from 0 to ${maxCount}`],
  [isFormat, `must be one of ${[...formats.keys()].join(', ')}`],
  [isFalse, 'must be false'],
  [isTypes, `must be of ${jsonTypes.join(', ')}`],
])

/** Which keywords constrain values of which type. */
export const keywordsOf = {
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems'],
  object: ['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
} as const satisfies Partial<Record<JsonType, readonly string[]>>

const assertions: readonly [name: string, check: Check][] = [
  ['type', isTypes],
  ['nullable', isBoolean],
  ['enum', (value) => Array.isArray(value) && value.length > 0],
  ['const', isAnything],
  ['minLength', isCount],
  ['maxLength', isCount],
  ['pattern', isString],
  ['format', isFormat],
  ['minimum', isNumber],
  ['maximum', isNumber],
  ['exclusiveMinimum', isNumber],
  ['exclusiveMaximum', isNumber],
  ['multipleOf', isPositive],
  ['items', isSchemaOrFalse],
  ['prefixItems', isSchemas],
  ['minItems', isCount],
  ['maxItems', isCount],
  ['uniqueItems', isFalse],
  ['properties', isNamed(isSchema)],
  ['required', isStrings],
  ['additionalProperties', isSchemaOrFalse],
  ['minProperties', isCount],
  ['maxProperties', isCount],
]

const combinators: readonly [name: string, check: Check][] = [
  ['$ref', isString],
  ['allOf', isSchemas],
  ['anyOf', isSchemas],
  ['oneOf', isSchemas],
]

const annotations = [
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'discriminator',
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'definitions',
]

const assertionNames = new Set(assertions.map(([name]) => name))
const known = new Map([
  ...assertions,
  ...combinators,
  ...annotations.map((name): [string, Check] => [name, isAnything]),
])

/** Whether the schema says something itself, rather than through the schemas it combines. */
export const hasAssertions = (schema: Keywords) =>
  Object.keys(schema).some((name) => assertionNames.has(name))

/** @throws UnsupportedSchema for a keyword that is unknown, malformed or contradicts another one */
export function checkKeywords(
  schema: Readonly<Record<string, unknown>>,
  path: SchemaPath,
): asserts schema is Keywords & Readonly<Record<string, unknown>> {
  for (const [name, value] of Object.entries(schema)) {
    if (name.startsWith('x-')) continue
    const check = known.get(name)
    if (!check) throw new UnsupportedSchema(`"${name}" is not supported`, [...path, name])
    if (!check(value)) {
      throw new UnsupportedSchema(`"${name}" ${expected.get(check) ?? 'is malformed'}`, [...path, name])
    }
  }
  if (path.length > 0 && '$id' in schema) {
    throw new UnsupportedSchema('"$id" is supported at the root only', [...path, '$id'])
  }
  for (const [low, high] of [
    ['minLength', 'maxLength'],
    ['minItems', 'maxItems'],
    ['minProperties', 'maxProperties'],
    ['minimum', 'maximum'],
    ['exclusiveMinimum', 'exclusiveMaximum'],
  ] as const) {
    if (Number(schema[low]) > Number(schema[high])) {
      throw new UnsupportedSchema(`"${low}" is above "${high}"`, [...path, low])
    }
  }
}
