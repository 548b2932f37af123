import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGrammarBuilder, literal } from '../../../src/inference/grammar/grammar-builder.ts'
import { byName } from '../../../src/inference/tools/by-name.ts'
import { startGrammarEngine, type GrammarEngine } from '../grammar/grammar-engine.ts'

let engine: GrammarEngine
beforeAll(async () => {
  engine = await startGrammarEngine()
})
afterAll(() => engine[Symbol.asyncDispose]())

/** Each name is followed by a number of its own. */
function grammarOf(names: readonly string[]): string {
  const builder = createGrammarBuilder()
  const calls = names.map((name, index) => ({
    name,
    write: (shown: string) => `${literal(`call "${shown}": `)} ${literal(`${index};`)}`,
  }))
  return builder.text(builder.rule('call', byName(builder, calls)))
}

test('exactly the calls of these names, each with what is its own', async () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '_', '1'), minLength: 1, maxLength: 5 })
  const lists = fc.sample(fc.uniqueArray(name, { minLength: 1, maxLength: 8 }), { numRuns: 60, seed: 3 })
  for (const names of lists) {
    const right = names.map((one, index) => `call "${one}": ${index};`)
    const wrong = names.flatMap((one, index) => [`call "${one}": ${index + 1};`, `call "${one}x": ${index};`])
    const { produced } = await engine.ask({ grammar: grammarOf(names), texts: [...right, ...wrong] })
    expect(produced).toEqual([...right.map(() => true), ...wrong.map(() => false)])
  }
})

test('names with characters that a literal escapes', async () => {
  const texts = ['call "a": 0;', 'call "a"b": 1;']
  expect((await engine.ask({ grammar: grammarOf(['a', 'a"b']), texts })).produced).toEqual([true, true])
})

test('what many have in common is written once', () => {
  const names = Array.from({ length: 200 }, (_, index) => `tool_number_${index}`)
  expect(grammarOf(names).split('tool').length).toBe(2)
})
