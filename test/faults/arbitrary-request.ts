import * as fc from 'fast-check'
import { z } from 'zod'
import { operationGroups } from '../../src/http/openapi/operation-groups.ts'

export interface FuzzedRequest {
  method: string
  path: string
  body: string | undefined
  json: boolean
}

type JsonSchema = z.core.JSONSchema.JSONSchema

/** What ends the daemon, and what never ends by itself. */
const left = new Set(['POST /llmd/v1/stop', 'GET /llmd/v1/events', 'GET /llmd/v1/logs'])

const hostile = fc.constantFrom<unknown>(
  null,
  true,
  -1,
  1e308,
  0.5,
  '',
  '\0',
  '\u202e\u009b31m',
  '__proto__',
  "' OR 1=1--",
  '../../etc/passwd',
  '\ud800',
  'x'.repeat(70_000),
  [],
  {},
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'),
  Array.from({ length: 500 }, () => 'x'),
)

const names = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('llmd-demo', 'first', 'nobody') },
  { weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }) },
  { weight: 1, arbitrary: fc.constantFrom('..', '%00', '.', '\u0000', 'a/b', 'x'.repeat(3000)) },
)

/** Requests to all that is served: as its schema has it, with a part of that replaced, or anything at all. */
export const arbitraryRequest: fc.Arbitrary<FuzzedRequest> = fc.oneof(
  ...operationGroups
    .flatMap(({ operations }) => Object.entries(operations))
    .filter(([endpoint]) => !left.has(endpoint))
    .map(([endpoint, { body, query }]) => {
      const [method = '', template = ''] = endpoint.split(' ')
      const parts = template
        .split('/')
        .map((part) =>
          part.startsWith(':')
            ? names.map((name) => encodeURIComponent(name.toWellFormed()))
            : fc.constant(part),
        )
      return fc.record({
        method: fc.constant(method),
        path: fc
          .tuple(fc.tuple(...parts), query ? arbitraryQuery(query) : fc.constant(''))
          .map(([path, search]) => `${path.join('/')}${search}`),
        body: body ? bodies(body.schema) : fc.constant(undefined),
        json: fc.boolean().map((chance) => chance || method !== 'GET'),
      })
    }),
)

function bodies(schema: z.ZodType): fc.Arbitrary<string> {
  const meant = arbitraryOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
  const spoilt = fc
    .tuple(meant, hostile, fc.nat())
    .map(([value, replacement, at]) => spoil(value, replacement, at))
  return fc.oneof(
    { weight: 5, arbitrary: meant.map((value) => JSON.stringify(value)) },
    { weight: 4, arbitrary: spoilt.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.json() },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', '{', '[', '"', '{"a":'.repeat(5000), '\0', 'null', '[]', '1e999'),
    },
  )
}

function arbitraryQuery(query: z.ZodObject): fc.Arbitrary<string> {
  const value = fc.oneof(names, fc.constantFrom('', '1', 'true', 'day', '2026-01-31T12:00:00Z'))
  return fc
    .dictionary(fc.oneof(fc.constantFrom(...Object.keys(query.shape)), fc.string({ maxLength: 10 })), value, {
      maxKeys: 4,
    })
    .map((pairs) =>
      Object.entries(pairs).map(([name, text]): [string, string] => [
        name.toWellFormed(),
        text.toWellFormed(),
      ]),
    )
    .map((pairs) => (pairs.length > 0 ? `?${String(new URLSearchParams(pairs))}` : ''))
}

/** Values as a schema has them, as far as that is easily told. */
function arbitraryOf(schema: JsonSchema | boolean, depth = 0): fc.Arbitrary<unknown> {
  if (typeof schema === 'boolean' || depth > 5)
    return fc.oneof(fc.string({ maxLength: 10 }), fc.integer(), fc.boolean())
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom<unknown>(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map((choice) => arbitraryOf(choice, depth + 1)))
  switch (schema.type) {
    case 'object':
      return objects(schema, depth)
    case 'array': {
      const { items } = schema
      const item = arbitraryOf(Array.isArray(items) ? true : (items ?? true), depth + 1)
      return fc.array(item, { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 3, 3) })
    }
    case 'string':
      return fc.oneof(names, fc.constantFrom('user', 'http://127.0.0.1:9/v1', '/etc/hostname', 'hi'))
    case 'integer':
    case 'number': {
      const min = Math.max(schema.minimum ?? -10, -1e6)
      const max = Math.min(schema.maximum ?? 100, 1e6)
      return schema.type === 'integer'
        ? fc.integer({ min: Math.ceil(min), max: Math.floor(max) })
        : fc.double({ min, max, noNaN: true })
    }
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.oneof(fc.string({ maxLength: 10 }), fc.integer(), fc.constant({}))
  }
}

function objects({ properties = {}, required = [] }: JsonSchema, depth: number): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(
    ([name, field]) => [name, fieldOf(name, field, depth)] as const,
  )
  return fc.record(Object.fromEntries(fields), { requiredKeys: required })
}

/** A model that answers now and then, and never at length. */
function fieldOf(name: string, field: JsonSchema | boolean, depth: number): fc.Arbitrary<unknown> {
  if (name === 'model') return fc.constantFrom('llmd-demo', 'nobody', 'nobody', 'a/b')
  if (/^max_.*tokens$/.test(name)) return fc.integer({ min: 1, max: 4 })
  return arbitraryOf(field, depth + 1)
}

/** The same with one of its values replaced. */
function spoil(value: unknown, replacement: unknown, at: number): unknown {
  if (typeof value !== 'object' || value === null) return replacement
  const keys = Object.keys(value)
  const key = keys[at % (keys.length + 1)]
  if (key === undefined) return replacement
  const inner = spoil(Reflect.get(value, key), replacement, Math.floor(at / (keys.length + 1)))
  return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner }
}
