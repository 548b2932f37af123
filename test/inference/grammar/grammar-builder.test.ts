import { afterAll, beforeAll, expect, it } from 'vitest'
import { createGrammarBuilder, literal } from '../../../src/inference/grammar/grammar-builder.ts'
import { startGrammarEngine, type GrammarEngine } from './grammar-engine.ts'

let engine: GrammarEngine
beforeAll(async () => {
  engine = await startGrammarEngine()
})
afterAll(() => engine[Symbol.asyncDispose]())

const tool = (properties: object) => ({ type: 'object', properties, additionalProperties: false })

const call = (name: string, schema: string) =>
  `${literal(`<tool_call>\n{"name": "${name}", "arguments": `)} ${schema} ${literal('}\n</tool_call>')}`

it('makes schemas parts of a larger grammar', async () => {
  const builder = createGrammarBuilder()
  const weather = builder.schema(tool({ city: { type: 'string' } }))
  const sum = builder.schema(tool({ a: { type: 'integer' }, city: { type: 'string', maxLength: 2 } }))
  const calls = [call('weather', weather), call('sum', sum)].map((body) => builder.rule('call', body))
  const grammar = builder.text(builder.rule('calls', `( ${calls.join(' | ')} )+`))
  const good = [
    '<tool_call>\n{"name": "weather", "arguments": {"city":"Rome"}}\n</tool_call>',
    '<tool_call>\n{"name": "sum", "arguments": {"a": 1}}\n</tool_call>',
  ]
  const bad = [
    '',
    '<tool_call>\n{"name": "sum", "arguments": {"city":"Rome"}}\n</tool_call>',
    '<tool_call>\n{"name": "other", "arguments": {}}\n</tool_call>',
  ]
  const texts = [...good, good.join(''), ...bad]
  const { produced } = await engine.ask({ grammar, texts })
  expect(texts.filter((_, index) => produced[index])).toEqual([...good, good.join('')])
})

it('resolves references in the document given, and says whose schema failed', async () => {
  const root = { $defs: { name: { type: 'string', maxLength: 1 } } }
  const builder = createGrammarBuilder()
  const grammar = builder.text(builder.schema({ $ref: '#/$defs/name' }, { root }))
  expect((await engine.ask({ grammar, texts: ['"a"', '"ab"'] })).produced).toEqual([true, false])
  expect(() => builder.schema({ not: {} }, { param: 'tools.0.function.parameters' })).toThrow(
    expect.objectContaining({ code: 'unsupported_schema', param: 'tools.0.function.parameters.not' }),
  )
})

it('gives every rule a legal name of its own', () => {
  const builder = createGrammarBuilder()
  const names = ['a b', 'a-b', 'root', '☕', '☕'].map((name) => builder.rule(name, literal('x')))
  expect(new Set(names).size).toBe(5)
  for (const name of names) expect(name).toMatch(/^(?!root$)[0-9A-Za-z-]+$/)
})

it('refuses more than its limits', () => {
  const builder = createGrammarBuilder({ rules: 50, length: 2000 })
  expect(() => builder.schema({ type: 'string', maxLength: 100 })).toThrow(/too large/)
})

it('takes many small schemas in time that grows with their number', () => {
  const builder = createGrammarBuilder()
  const started = process.cpuUsage()
  for (let index = 0; index < 1500; index += 1) builder.schema(tool({ [`a${index}`]: { type: 'null' } }))
  const { user } = process.cpuUsage(started)
  expect(user / 1e6).toBeLessThan(2)
})

const costly = (index: number) => ({ type: 'integer', multipleOf: 97, maximum: 1e9 + index })

it('counts the work of all its schemas together', () => {
  const builder = createGrammarBuilder()
  const many = () => {
    for (let index = 0; index < 10_000; index += 1) builder.schema(costly(index))
  }
  expect(many).toThrow(/too much work/)
})

it('drops in each schema what no finite text matches', () => {
  const builder = createGrammarBuilder()
  const endless = { type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] }
  builder.schema({ type: 'object', properties: { b: { type: 'null' } } })
  for (let turn = 0; turn < 2; turn += 1)
    expect(() => builder.schema(endless)).toThrow(/no value of finite size/)
})

it('quotes text for GBNF', async () => {
  const texts = ['"quotes" and \\backslashes\\', 'line\nbreak\r\n\t', 'é☕😀', '[a-z]* | x']
  for (const text of texts) {
    const { produced } = await engine.ask({
      grammar: `root ::= ${literal(text)}\n`,
      texts: [text, `${text}x`, 'a'],
    })
    expect(produced).toEqual([true, false, false])
  }
})
