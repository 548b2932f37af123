import { isRecord } from '../grammar/json-schema.ts'

/** Types of JSON Schema that a value may have; undefined where nothing is said of them. */
export type ValueTypes = ReadonlySet<string> | undefined

/** Schemas that refer to others further than this say nothing. */
const deepest = 16

/**
 * What a schema says of the types of its values. Types that it does not rule out may be among them.
 * @param root in which `$ref` is looked up
 */
export function valueTypes(schema: unknown, root: unknown, depth = 0): ValueTypes {
  if (!isRecord(schema) || depth > deepest) return undefined
  const typesOf = (part: unknown) => valueTypes(part, root, depth + 1)
  if (typeof schema.type === 'string')
    return new Set([schema.type, ...(schema.nullable === true ? ['null'] : [])])
  if (Array.isArray(schema.type)) return new Set(schema.type.map(String))
  if ('const' in schema) return new Set([typeOf(schema.const)])
  if (Array.isArray(schema.enum)) return new Set(schema.enum.map(typeOf))
  if (typeof schema.$ref === 'string') return typesOf(lookUp(root, schema.$ref))
  const alternatives = schema.anyOf ?? schema.oneOf
  if (Array.isArray(alternatives)) return union(alternatives.map(typesOf))
  if (Array.isArray(schema.allOf)) return schema.allOf.map(typesOf).find((types) => types !== undefined)
  return undefined
}

export function isOfType(value: unknown, types: ValueTypes): boolean {
  if (types === undefined) return true
  const type = typeOf(value)
  return types.has(type) || (type === 'integer' && types.has('number'))
}

/** Values of these types are texts and nothing else. */
export function areTexts(types: ValueTypes): boolean {
  return types !== undefined && types.size === 1 && types.has('string')
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

function union(parts: readonly ValueTypes[]): ValueTypes {
  const all = new Set<string>()
  for (const types of parts) {
    if (types === undefined) return undefined
    for (const type of types) all.add(type)
  }
  return all
}

function lookUp(root: unknown, reference: string): unknown {
  let place = root
  for (const part of reference.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (!isRecord(place) || !Object.hasOwn(place, name)) return undefined
    place = place[name]
  }
  return place
}
