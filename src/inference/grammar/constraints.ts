import { keywordsOf } from './check-keywords.ts'
import type { Conjunction } from './expand-schema.ts'
import { formats } from './formats.ts'
import { isRecord, jsonTypes, type JsonType } from './json-schema.ts'
import { greatest, keywordsAt, least, refuseKeyword, valuesOf } from './keyword-values.ts'
import type { Bound, NumberConstraints } from './number-automaton.ts'
import type { StringConstraints } from './string-automaton.ts'

/** The types that a value may have: `number` stands for integers too, `integer` alone for integers only. */
export function typesOf(conjunction: Conjunction): ReadonlySet<JsonType> {
  let allowed = new Set<JsonType>(jsonTypes)
  for (const node of conjunction.nodes) {
    const { type, nullable } = keywordsAt(node)
    if (type === undefined) continue
    const types = new Set(typeof type === 'string' ? [type] : type)
    if (nullable === true) types.add('null')
    if (types.has('number')) types.add('integer')
    allowed = allowed.intersection(types)
  }
  if (allowed.has('number')) allowed.delete('integer')
  return allowed
}

export function stringConstraints(conjunction: Conjunction): StringConstraints {
  const patterns = conjunction.nodes.flatMap((node) => {
    const { pattern, format } = keywordsAt(node)
    const named = format === undefined ? undefined : formats.get(format)
    return [
      ...(pattern === undefined ? [] : [{ source: pattern, path: [...node.path, 'pattern'] }]),
      ...(named === undefined ? [] : [{ source: named, path: [...node.path, 'format'] }]),
    ]
  })
  return {
    minLength: greatest(valuesOf(conjunction, 'minLength')),
    maxLength: least(valuesOf(conjunction, 'maxLength')),
    patterns: [...new Map(patterns.map((pattern) => [pattern.source, pattern])).values()],
  }
}

export function numberConstraints(conjunction: Conjunction): NumberConstraints {
  const bounds = (
    name: 'minimum' | 'maximum',
    exclusiveName: 'exclusiveMinimum' | 'exclusiveMaximum',
  ): Bound[] => [
    ...valuesOf(conjunction, exclusiveName).map((value) => ({ value, exclusive: true })),
    ...valuesOf(conjunction, name).map((value) => ({ value, exclusive: false })),
  ]
  // Of equal bounds the exclusive one, which comes first, is the stricter.
  const [minimum] = bounds('minimum', 'exclusiveMinimum').toSorted((a, b) => b.value - a.value)
  const [maximum] = bounds('maximum', 'exclusiveMaximum').toSorted((a, b) => a.value - b.value)
  const divisors = [...new Set(valuesOf(conjunction, 'multipleOf'))]
  if (divisors.length > 1)
    throw refuseKeyword(conjunction, 'multipleOf', 'several values of "multipleOf" at once')
  const [multipleOf] = divisors
  return {
    integer: typesOf(conjunction).has('integer'),
    ...(minimum && { minimum }),
    ...(maximum && { maximum }),
    ...(multipleOf !== undefined && { multipleOf }),
  }
}

/** The values that `enum` and `const` leave, or nothing where there is neither. */
export function listedValues(conjunction: Conjunction): unknown[] | undefined {
  const lists = conjunction.nodes.flatMap((node) => {
    const keywords = keywordsAt(node)
    return [...(keywords.enum ? [keywords.enum] : []), ...('const' in keywords ? [[keywords.const]] : [])]
  })
  const [first, ...others] = lists
  if (!first) return undefined
  const keys = others.map((list) => new Set(list.map(canonical)))
  const byKey = new Map(first.map((value) => [canonical(value), value]))
  return [...byKey].flatMap(([key, value]) => (keys.every((set) => set.has(key)) ? [value] : []))
}

/** The same text for values that JSON Schema calls equal. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isRecord(part) ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) : part,
  )
}

/** @throws UnsupportedSchema if a schema constrains what is inside values of the type */
export function refuseConstraintsOn(conjunction: Conjunction, type: 'array' | 'object'): void {
  for (const name of keywordsOf[type]) {
    if (valuesOf(conjunction, name).length > 0)
      throw refuseKeyword(conjunction, name, `"${name}" beside "enum" or "const"`)
  }
}
