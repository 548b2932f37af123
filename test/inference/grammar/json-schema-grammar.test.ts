import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jsonSchemaGrammar } from './schema-grammar.ts'
import { startGrammarEngine, wellFormed, type GrammarEngine } from './grammar-engine.ts'
import { schemaCases } from './schema-cases.ts'

let engine: GrammarEngine
beforeAll(async () => {
  engine = await startGrammarEngine()
})
afterAll(() => engine[Symbol.asyncDispose]())

async function produced(grammar: string, texts: readonly string[]): Promise<string[]> {
  const answer = await engine.ask({ grammar, texts })
  return texts.filter((_, index) => answer.produced[index])
}

const spaced = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, part]) => `${JSON.stringify(name)}: ${spaced(part)}`)
    .join(', ')}}`
}

describe.for(Object.entries(schemaCases))('%s', ([, cases]) => {
  it.for(
    cases.map(([schema, accepted, refused]) => ({
      title: JSON.stringify(schema),
      schema,
      accepted,
      refused,
    })),
  )('$title', async ({ schema, accepted, refused }) => {
    const good = accepted.map((value) => JSON.stringify(value))
    const bad = refused.map((value) => JSON.stringify(value))
    expect(await produced(jsonSchemaGrammar(schema), [...good, ...bad])).toEqual(good)
  })
})

it('has as many cases as the converter has paths', () => {
  expect(Object.values(schemaCases).flat().length).toBeGreaterThan(170)
})

describe('text', () => {
  it('may have one space after a colon and a comma, and no other', async () => {
    const grammar = jsonSchemaGrammar({ type: 'object', properties: { a: { type: 'array' }, b: {} } })
    const good = ['{"a":[1,2],"b":{"c":1}}', spaced({ a: [1, 2], b: { c: 1 } }), '{"a": [1,2],"b":0}']
    const bad = [
      '{"a":  1}',
      '{ "a":[]}',
      '{"a" :[]}',
      '{"a":[] }',
      '{"a":[],  "b":1}',
      '{"a":[\n]}',
      ' {}',
      '{} ',
      '{}\n',
    ]
    expect(await produced(grammar, [...good, ...bad])).toEqual(good)
  })

  it('is JSON: no leading zeros, bare points, plus signs, raw controls or open ends', async () => {
    const bad = [
      '01',
      '-',
      '1.',
      '.5',
      '+1',
      '1e',
      '-01',
      '"\n"',
      '"\\x"',
      '"\\u12"',
      '"a',
      '[1',
      '[1,]',
      '{"a"}',
      '{"a":1,}',
      'nul',
      '',
    ]
    expect(await produced(jsonSchemaGrammar({}), bad)).toEqual([])
  })

  it('writes no number of a bounded range in another way', async () => {
    const grammar = jsonSchemaGrammar({ type: 'number', minimum: 0, maximum: 10 })
    expect(
      await produced(grammar, ['1', '1.0', '00', '01', '-0', '1e1', '1e9', '1.', '10.0', '10.01']),
    ).toEqual(['1', '1.0', '10.0'])
  })

  it('gives a declared property twice to nobody', async () => {
    const grammar = jsonSchemaGrammar({
      type: 'object',
      properties: { a: { type: 'integer' } },
      required: ['a'],
    })
    const bad = [
      '{"a":1,"a":2}',
      '{"a":1,"a":"x"}',
      '{"a":1,"b":1,"a":"x"}',
      '{"\\u0061":"x"}',
      '{"a":1,"\\u0061":"x"}',
    ]
    expect(await produced(grammar, bad)).toEqual([])
  })
})

it('takes a property named __proto__ for what it is', async () => {
  const schema = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"integer"}}}')
  const texts = ['{"__proto__":1}', '{"__proto__":"x"}', '{"a":1,"__proto__":"x"}']
  expect(await produced(jsonSchemaGrammar(schema), texts)).toEqual(['{"__proto__":1}'])
})

describe('any JSON object', () => {
  it('is an object', async () => {
    const good = ['{}', '{"a":[1,null,{"b":""}]}']
    expect(
      await produced(jsonSchemaGrammar({ type: 'object' }), [...good, '[]', '1', 'null', '"{}"']),
    ).toEqual(good)
  })

  it('may be nested as deep as it likes', async () => {
    const depth = 2000
    const text = '{"a":'.repeat(depth) + '[]' + '}'.repeat(depth)
    expect(await produced(jsonSchemaGrammar({ type: 'object' }), [text])).toEqual([text])
  })
})

describe('what the model writes', () => {
  const schemas = Object.values(schemaCases)
    .flatMap((cases) => cases.map(([schema]) => schema))
    .filter(
      (schema) =>
        typeof schema === 'object' && ('properties' in schema || 'enum' in schema || 'pattern' in schema),
    )
    .filter((_, index) => index % 4 === 0)

  it.for(schemas.map((schema) => ({ title: JSON.stringify(schema), schema })))(
    'matches $title',
    async ({ schema }) => {
      const validate = new Ajv2020({ strict: false, validateFormats: false, multipleOfPrecision: 9 }).compile(
        schema,
      )
      const { sampled } = await engine.ask({
        grammar: jsonSchemaGrammar(schema),
        samples: { count: 3, maxTokens: 120 },
      })
      expect(wellFormed(sampled).filter((text) => !validate(JSON.parse(text)))).toEqual([])
    },
  )
})
