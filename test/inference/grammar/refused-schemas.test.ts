import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LlmdError } from '../../../src/errors.ts'
import { jsonSchemaGrammar } from './schema-grammar.ts'
import type { JsonSchema } from '../../../src/inference/grammar/json-schema.ts'
import { startGrammarEngine, type GrammarEngine } from './grammar-engine.ts'

const param = 'response_format.json_schema.schema'
const object = (properties: Record<string, unknown>) => ({ type: 'object', properties })
const pattern = (source: string) => ({ type: 'string', pattern: source })

function refusal(schema: JsonSchema): LlmdError {
  try {
    jsonSchemaGrammar(schema)
  } catch (error) {
    if (error instanceof LlmdError) return error
    throw error
  }
  throw new Error(`not refused: ${JSON.stringify(schema).slice(0, 200)}`)
}

/** A schema, what the message says, and where. */
const refused: [schema: JsonSchema, says: string, path: string][] = [
  [false, 'false', ''],
  [{ not: {} }, '"not"', '.not'],
  [{ if: {}, else: {} }, '"if"', '.if'],
  [{ patternProperties: {} }, '"patternProperties"', '.patternProperties'],
  [object({ a: { propertyNames: {} } }), '"propertyNames"', '.properties.a.propertyNames'],
  [{ dependentRequired: {} }, '"dependentRequired"', '.dependentRequired'],
  [{ contains: {} }, '"contains"', '.contains'],
  [{ unevaluatedProperties: false }, '"unevaluatedProperties"', '.unevaluatedProperties'],
  [{ $dynamicRef: '#a' }, '"$dynamicRef"', '.$dynamicRef'],
  [{ minLenght: 3 }, '"minLenght"', '.minLenght'],
  [{ uniqueItems: true }, '"uniqueItems"', '.uniqueItems'],
  [{ type: 'object', minProperties: 1 }, '"minProperties"', '.minProperties'],
  [
    { ...object({ a: {}, b: {} }), additionalProperties: false, maxProperties: 1 },
    '"maxProperties"',
    '.maxProperties',
  ],
  [{ type: 'object', maxProperties: 3 }, '"maxProperties"', '.maxProperties'],
  [{ type: 'array', items: [{}] }, '"items"', '.items'],
  [object({ a: false }), '"properties"', '.properties'],
  [{ anyOf: [false] }, '"anyOf"', '.anyOf'],
  [{ anyOf: [] }, '"anyOf"', '.anyOf'],
  [{ type: 'strng' }, '"type"', '.type'],
  [{ type: [] }, '"type"', '.type'],
  [{ enum: [] }, '"enum"', '.enum'],
  [{ required: 'a' }, '"required"', '.required'],
  [{ minLength: -1 }, '"minLength"', '.minLength'],
  [{ minimum: '3' }, '"minimum"', '.minimum'],
  [{ minimum: 3, exclusiveMinimum: true }, '"exclusiveMinimum"', '.exclusiveMinimum'],
  [{ multipleOf: 0 }, '"multipleOf"', '.multipleOf'],
  [{ maxLength: 1_000_000 }, '"maxLength"', '.maxLength'],
  [{ type: 'string', format: 'uri' }, '"format"', '.format'],
  [object({ a: { type: 'string', format: 'regex' } }), '"format"', '.properties.a.format'],
  [object({ 'a/b~': { not: {} } }), '#/properties/a~1b~0/not', '.properties.a/b~.not'],
  // References
  [{ $ref: 'https://example.org/schema' }, '"$ref"', '.$ref'],
  [{ $ref: '#anchor' }, '"$ref"', '.$ref'],
  [{ $ref: '#/$defs/none' }, 'points to nothing', '.$ref'],
  [{ $ref: '#/%zz' }, '"$ref"', '.$ref'],
  [{ $ref: '#/title', title: 'x' }, 'does not point to a schema', '.$ref'],
  [{ $ref: '#' }, 'refers to itself', ''],
  [
    { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
    'refers to itself',
    '.$defs.a',
  ],
  [{ allOf: [{ $ref: '#' }, { type: 'string' }] }, 'refers to itself', ''],
  [{ anyOf: [{ type: 'string' }, { $ref: '#' }] }, 'refers to itself', ''],
  [{ ...object({ a: { $ref: '#' } }), required: ['a'] }, 'finite', ''],
  [{ type: 'array', items: { $ref: '#' }, minItems: 1 }, 'finite', ''],
  // Contradictions
  [{ type: 'integer', minimum: 5, maximum: 3 }, '"minimum" is above', '.minimum'],
  [{ type: 'string', minLength: 5, maxLength: 3 }, '"minLength" is above', '.minLength'],
  [{ type: 'array', minItems: 5, maxItems: 3 }, '"minItems" is above', '.minItems'],
  [{ type: 'integer', exclusiveMinimum: 3, exclusiveMaximum: 4 }, 'no value', ''],
  [{ type: 'number', exclusiveMinimum: 3, maximum: 3 }, 'no value', ''],
  [{ type: 'integer', minimum: 1.2, maximum: 1.8 }, 'no value', ''],
  [{ type: 'integer', minimum: 1e20 }, 'no value', ''],
  [{ type: 'string', enum: [1, 2] }, 'no value', ''],
  [{ const: 'a', enum: ['b'] }, 'no value', ''],
  [{ type: 'string', pattern: '^a$', minLength: 2 }, 'no value', ''],
  [{ type: 'array', items: false, minItems: 1 }, 'no value', ''],
  [{ ...object({}), required: ['a'], additionalProperties: false }, 'no value', ''],
  [object({ a: { type: 'integer', minimum: 1, exclusiveMaximum: 1 } }), 'no value', '.properties.a'],
  [{ allOf: [{ type: 'string' }, { type: 'integer' }] }, 'no value', ''],
  [
    { anyOf: [{ type: 'string' }, { type: 'integer', minimum: 2, exclusiveMaximum: 2 }] },
    'no value',
    '.anyOf.1',
  ],
  // Things that a grammar cannot tell
  [{ oneOf: [{ type: 'number' }, { type: 'integer' }] }, '"oneOf"', '.oneOf'],
  [{ oneOf: [object({ a: {} }), object({ b: {} })] }, '"oneOf"', '.oneOf'],
  [{ oneOf: [{ type: 'string' }, { const: 'a' }] }, '"oneOf"', '.oneOf'],
  [{ allOf: [{ multipleOf: 2 }, { multipleOf: 3 }], type: 'integer' }, '"multipleOf"', '.allOf.0.multipleOf'],
  [{ enum: [[1], [2]], minItems: 1 }, '"minItems"', '.minItems'],
  [{ const: { a: 1 }, required: ['a'] }, '"required"', '.required'],
  // Patterns
  ...[
    '(',
    ')',
    'a)',
    '[a',
    'a**',
    '*',
    'a{2,1}',
    'a{',
    '(?=a)',
    '(?!a)',
    '(?<=a)',
    '(a)\\1',
    '\\bword\\b',
    '\\p{L}',
    '\\q',
    '[z-a]',
    '[\\d-z]',
    '\\u12',
    '\\ud800',
    '^*',
    'a\\',
  ].map((source): [JsonSchema, string, string] => [pattern(source), 'pattern', '.pattern']),
]

describe('a schema that cannot be enforced', () => {
  it.for(refused.map(([schema, says, path]) => ({ title: JSON.stringify(schema), schema, says, path })))(
    '$title',
    ({ schema, says, path }) => {
      const error = refusal(schema)
      expect(error).toMatchObject({ code: 'unsupported_schema', status: 400, param: `${param}${path}` })
      expect(error.message).toContain(says)
    },
  )
})

const nest = (depth: number, wrap: (inner: JsonSchema) => JsonSchema, core: JsonSchema): JsonSchema => {
  let schema = core
  for (let i = 0; i < depth; i++) schema = wrap(schema)
  return schema
}
const numbered = (count: number, make: (i: number) => unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, make(i)]))
const chain = (count: number, make: (next: JsonSchema) => JsonSchema): JsonSchema => ({
  $ref: '#/$defs/p0',
  $defs: {
    ...numbered(count, (i) => make({ $ref: `#/$defs/p${i + 1}` })),
    [`p${count}`]: { type: 'string' },
  },
})
const choices = (i: number) => ({ anyOf: [{ minLength: i }, { maxLength: 100 + i }, { pattern: `^${i}` }] })

const bombs: Record<string, () => JsonSchema> = {
  'depth 1,000': () => nest(1000, (items) => ({ type: 'array', items }), {}),
  'depth 100,000': () => nest(100_000, (items) => ({ items }), {}),
  'depth 65': () => nest(65, (inner) => object({ a: inner }), {}),
  '5,000 properties': () => object(numbered(5000, () => ({}))),
  'more than 64 KB': () => ({ description: 'x'.repeat(70_000) }),
  'a product of choices': () => ({ allOf: Array.from({ length: 12 }, (_, i) => choices(i)) }),
  'nested quantifiers': () => pattern('^((((a{1,50}){1,50}){1,50}){1,50}){1,50}$'),
  'a huge quantifier': () => pattern('^a{1,1000000}$'),
  'a pattern with very many states': () => pattern(`^(a|b)*a(a|b){20}$`),
  'a pattern nested 5,000 deep': () => pattern('('.repeat(5000) + 'a' + ')'.repeat(5000)),
  'a long pattern': () => pattern('(a|b|c)*'.repeat(5000)),
  'a large grammar': () =>
    object(numbered(900, (i) => ({ type: 'string', pattern: `^${i}(a{1,9}|b{1,9})*c$` }))),
  'many costly patterns': () =>
    object(numbered(500, (i) => ({ type: 'string', pattern: `^((a|b|${i})*a(a|b){9})?$`, maxLength: 1 }))),
  'many costly divisors': () =>
    object(numbered(500, (i) => ({ type: 'integer', multipleOf: 500, minimum: i * 500, maximum: 2 ** 50 }))),
  'alternatives that double at each level': () =>
    chain(30, (next) => ({
      anyOf: [
        { type: 'array', items: next },
        { type: 'array', items: next, maxItems: 5 },
      ],
    })),
  'alternatives that double without end': () => ({
    anyOf: [
      { type: 'array', items: { $ref: '#' } },
      { type: 'array', items: { $ref: '#' }, maxItems: 9 },
    ],
  }),
}

/** Of this process alone: what else the machine does is not the grammar's. */
function secondsSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1e6
}

describe('a bomb', () => {
  it.for(Object.entries(bombs))('%s is refused within two seconds', ([, make]) => {
    const schema = make()
    const started = process.cpuUsage()
    expect(refusal(schema).code).toBe('unsupported_schema')
    expect(secondsSince(started)).toBeLessThan(2)
  })
})

const heavy: Record<string, () => JsonSchema> = {
  'depth 60': () => nest(60, (inner) => object({ a: inner }), {}),
  '1,000 optional properties': () => ({ ...object(numbered(1000, () => ({}))), additionalProperties: false }),
  '500 properties, open': () => object(numbered(500, () => ({ type: 'string' }))),
  '1,000 required properties': () => {
    const properties = numbered(1000, () => ({ type: 'integer' }))
    return { ...object(properties), required: Object.keys(properties), additionalProperties: false }
  },
  '10,000 items': () => ({ type: 'array', items: { type: 'integer' }, maxItems: 10_000 }),
  '10,000 characters': () =>
    object({ a: { type: 'string', maxLength: 10_000 }, b: { type: 'string', maxLength: 9999 } }),
  '3,000 values': () => ({ enum: Array.from({ length: 3000 }, (_, i) => `value ${i}`) }),
  'choices of choices': () => chain(300, (next) => ({ anyOf: [next, next, { type: 'integer' }] })),
  'references in threes': () => chain(300, (next) => ({ allOf: [next, next, next] })),
  'lists in lists': () => chain(30, (next) => ({ type: 'array', items: { anyOf: [next, next] } })),
  'a counted pattern': () => pattern('^(a{1,30}b){1,30}$'),
}

describe('a schema within the bounds', () => {
  let engine: GrammarEngine
  beforeAll(async () => {
    engine = await startGrammarEngine()
  })
  afterAll(() => engine[Symbol.asyncDispose]())

  it.for(Object.entries(heavy))('%s becomes a grammar that the engine bears', async ([, make]) => {
    const schema = make()
    const started = process.cpuUsage()
    const grammar = jsonSchemaGrammar(schema)
    expect(secondsSince(started)).toBeLessThan(2)
    expect(grammar.length).toBeLessThan(1024 * 1024)
    const { milliseconds } = await engine.ask({ grammar, samples: { count: 1, maxTokens: 20 } })
    expect(milliseconds).toBeLessThan(5000)
  })
})
