import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGrammarBuilder } from '../../../src/inference/grammar/grammar-builder.ts'
import { textWithout } from '../../../src/inference/tools/text-without.ts'
import { startGrammarEngine, type GrammarEngine } from '../grammar/grammar-engine.ts'

let engine: GrammarEngine
beforeAll(async () => {
  engine = await startGrammarEngine()
})
afterAll(() => engine[Symbol.asyncDispose]())

test.each(['<tool_call>', 'to=functions.', '[TOOL_CALLS]', 'aabaaab', '<｜tool▁call', 'a', '^-]\\'])(
  'exactly the texts in which %s does not occur',
  async (marker) => {
    const builder = createGrammarBuilder()
    const grammar = builder.text(textWithout(builder, marker))
    const pieces = fc.oneof(
      fc.constantFrom(...Array.from(marker), marker, marker.slice(0, -1), marker.slice(0, 4), '\n', '☕'),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    )
    const texts = fc
      .sample(fc.array(pieces, { maxLength: 12 }), { numRuns: 300, seed: 7 })
      .map((some) => some.join('').toWellFormed())
    const { produced } = await engine.ask({ grammar, texts })
    const wrong = texts.filter((text, index) => produced[index] === text.includes(marker))
    expect(wrong).toEqual([])
    expect(new Set(produced).size).toBe(2)
  },
)
