import * as fc from 'fast-check'
import type { JsonSchema } from '../../../src/inference/grammar/json-schema.ts'

export interface SchemaWithValues {
  schema: JsonSchema
  /** Values made to match the schema. */
  values: unknown[]
}

type Arbitrary = fc.Arbitrary<{ schema: JsonSchema; value: fc.Arbitrary<unknown> }>

const text = fc.string({ unit: 'grapheme', maxLength: 6 })
const name = fc.constantFrom('a', 'ab', 'b', 'c', 'é', 'x y', '"')

const strings: Arbitrary = fc.tuple(fc.nat(3), fc.option(fc.nat(5))).map(([minLength, extra]) => {
  const max = minLength + (extra ?? 3)
  return {
    schema: { type: 'string', minLength, ...(extra !== null && { maxLength: max }) },
    value: fc
      .array(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), { minLength, maxLength: max })
      .map((parts) => parts.join('')),
  }
})

const patterns: Arbitrary = fc
  .constantFrom('^[a-c]{1,3}$', '^(ab|c)+\\d?$', '^\\w+ \\w*$', '^-?\\d{2,}$', '^[^"]*"$', 'z', '^a|b$')
  .map((pattern) => ({
    schema: { type: 'string', pattern },
    value: fc.stringMatching(new RegExp(pattern, 'u'), { maxLength: 12 }),
  }))

const integers: Arbitrary = fc
  .tuple(fc.integer({ min: -1200, max: 1200 }), fc.nat(1500), fc.integer({ min: 1, max: 12 }))
  .map(([minimum, width, multipleOf]) => {
    const [low, high] = [Math.ceil(minimum / multipleOf), Math.floor((minimum + width) / multipleOf)]
    const possible = low <= high
    return {
      schema: { type: 'integer', minimum, maximum: minimum + width, ...(possible && { multipleOf }) },
      value: possible
        ? fc.integer({ min: low, max: high }).map((factor) => factor * multipleOf + 0)
        : fc.integer({ min: minimum, max: minimum + width }),
    }
  })

const numbers: Arbitrary = fc
  .tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 2, max: 700 }), fc.boolean())
  .map(([low, width, exclusive]) => ({
    schema: exclusive
      ? { type: 'number', exclusiveMinimum: low / 10, exclusiveMaximum: (low + width) / 10 }
      : { type: 'number', minimum: low / 10, maximum: (low + width) / 10 },
    value: fc.integer({ min: low * 100 + 1, max: (low + width) * 100 - 1 }).map((value) => value / 1000 + 0),
  }))

const listed: Arbitrary = fc
  .uniqueArray(fc.oneof(text, fc.integer(), fc.constantFrom(null, true, false)), {
    minLength: 1,
    maxLength: 5,
  })
  .map((values) => ({ schema: { enum: values }, value: fc.constantFrom(...values) }))

const scalars: Arbitrary = fc.oneof(
  strings,
  patterns,
  integers,
  numbers,
  listed,
  fc.constant({ schema: { type: 'boolean' }, value: fc.boolean() }),
  fc.constant({ schema: { type: ['null', 'string'] }, value: fc.option(text) }),
  fc.constant({ schema: {}, value: fc.jsonValue({ maxDepth: 1, noUnicodeString: false }).map(plain) }),
)

/** Without -0, which JSON cannot tell from 0, and the last few numbers that a double holds. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === 'number' && Math.abs(part) >= 1e308 ? 1 : part,
  )
}

function arrays(items: Arbitrary): Arbitrary {
  return fc.tuple(items, fc.nat(2), fc.nat(2)).map(([item, minItems, extra]) => ({
    schema: { type: 'array', items: item.schema, minItems, maxItems: minItems + extra },
    value: fc.array(item.value, { minLength: minItems, maxLength: minItems + extra }),
  }))
}

function objects(members: Arbitrary): Arbitrary {
  const named = fc.dictionary(name, fc.tuple(members, fc.boolean()), { maxKeys: 7, noNullPrototype: true })
  return fc.tuple(named, fc.boolean()).map(([properties, open]) => {
    const entries = Object.entries(properties)
    const required = entries.flatMap(([key, [, isRequired]]) => (isRequired ? [key] : []))
    const schema = {
      type: 'object',
      properties: Object.fromEntries(entries.map(([key, [member]]) => [key, member.schema])),
      required,
      ...(!open && { additionalProperties: false }),
    }
    const value = fc.record(Object.fromEntries(entries.map(([key, [member]]) => [key, member.value])), {
      requiredKeys: required,
      noNullPrototype: true,
    })
    return { schema, value: value.map((record) => inOrder(record, Object.keys(properties))) }
  })
}

/** The members in the order declared, as the grammar has them where there are many. */
function inOrder(record: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((key) => key in record).map((key) => [key, record[key]]))
}

function choices(branches: Arbitrary): Arbitrary {
  return fc.array(branches, { minLength: 1, maxLength: 3 }).map((options) => ({
    schema: { anyOf: options.map(({ schema }) => schema) },
    value: fc.oneof(...options.map(({ value }) => value)),
  }))
}

const nested = (depth: number): Arbitrary => {
  if (depth === 0) return scalars
  const inner = nested(depth - 1)
  return fc.oneof(scalars, arrays(inner), objects(inner), objects(inner), choices(inner))
}

/** Schemas of the supported subset, three levels deep, with values that match them. */
export const schemaWithValues: fc.Arbitrary<SchemaWithValues> = nested(3).chain(({ schema, value }) =>
  fc.array(value, { minLength: 1, maxLength: 4 }).map((values) => ({ schema, values })),
)

/** Values that are a little off: one part is changed, dropped, doubled or put elsewhere. */
export function mutations(value: unknown): unknown[] {
  const swapped = [null, true, 0, -7, 0.5, 99999, '', 'a', 'zz zz', [], {}]
  if (typeof value === 'string')
    return [...swapped, `${value}x`, value.slice(1), `${value}${value}`, value.toUpperCase()]
  if (typeof value === 'number')
    return [...swapped, value + 1, value - 1, value / 3, value * 10, -value + 0, value + 1e-6]
  if (Array.isArray(value)) {
    const items: unknown[] = value
    const changed = items.flatMap((item, i) =>
      mutations(item)
        .slice(-6)
        .map((other) => items.with(i, other)),
    )
    return [...swapped, items.slice(1), [...items, ...items], [...items, null], ...changed]
  }
  if (typeof value !== 'object' || value === null) return swapped
  const entries = Object.entries(value)
  const dropped = entries.map((_, i) => Object.fromEntries(entries.toSpliced(i, 1)))
  const changed = entries.flatMap(([key, part]) =>
    mutations(part)
      .slice(-6)
      .map((other) => Object.fromEntries([...entries, [key, other]])),
  )
  return [...swapped, { ...value, other: 1 }, { b: 'x', ...value }, ...dropped, ...changed]
}
