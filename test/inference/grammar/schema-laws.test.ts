import { Ajv2020 } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LlmdError } from '../../../src/errors.ts'
import { jsonSchemaGrammar } from './schema-grammar.ts'
import type { JsonSchema } from '../../../src/inference/grammar/json-schema.ts'
import { startGrammarEngine, wellFormed, type GrammarEngine } from './grammar-engine.ts'
import { mutations, schemaWithValues } from './random-schema.ts'

let engine: GrammarEngine
beforeAll(async () => {
  engine = await startGrammarEngine()
})
afterAll(() => engine[Symbol.asyncDispose]())

const validator = (schema: JsonSchema) =>
  new Ajv2020({ strict: false, multipleOfPrecision: 9 }).compile(schema)

it('a grammar produces values that match its schema, and none that do not', async () => {
  await fc.assert(
    fc.asyncProperty(schemaWithValues, async ({ schema, values }) => {
      const matches = validator(schema)
      const good = values.filter((value) => matches(value))
      expect(good).toEqual(values)
      const bad = values.flatMap(mutations).filter((value) => !matches(value))
      const texts = [...good, ...bad].map((value) => JSON.stringify(value))
      const { produced } = await engine.ask({ grammar: jsonSchemaGrammar(schema), texts })
      expect(texts.filter((_, index) => produced[index])).toEqual(texts.slice(0, good.length))
    }),
    { numRuns: 50 },
  )
})

it('what the model writes under the grammar of any schema matches it', async () => {
  await fc.assert(
    fc.asyncProperty(schemaWithValues, async ({ schema }) => {
      const matches = validator(schema)
      const samples = { count: 1, maxTokens: 40 }
      const { sampled } = await engine.ask({ grammar: jsonSchemaGrammar(schema), samples })
      expect(wellFormed(sampled).filter((text) => !matches(JSON.parse(text)))).toEqual([])
    }),
    { numRuns: 20 },
  )
})

const keywords =
  'type enum const items prefixItems properties required additionalProperties minItems maxItems minLength pattern ' +
  'format minimum multipleOf $ref $defs anyOf oneOf allOf not nullable title'
const keyword = fc.constantFrom(...keywords.split(' '))
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      true,
      false,
      null,
      0,
      1,
      -1,
      3,
      'string',
      'object',
      'array',
      '#',
      '#/$defs/a',
      '(a|b)+',
      'date',
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(keyword, fc.constant('a')), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value

function outcome(schema: JsonSchema): string {
  try {
    return jsonSchemaGrammar(schema).slice(0, 9)
  } catch (error) {
    return error instanceof LlmdError ? error.code : String(error)
  }
}

it('whatever the schema, there is a grammar or an error that tells why not', () => {
  fc.assert(
    fc.property(fc.dictionary(keyword, anything, { maxKeys: 5, noNullPrototype: true }), (schema) => {
      expect(['root ::= ', 'unsupported_schema']).toContain(outcome(schema))
    }),
    { numRuns: 1000 },
  )
})
