import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPace } from '../../../src/inference/engine/pace.ts'

function paceAt(tokensPerSecond: number) {
  const pace = createPace()
  for (let step = 0; step < 5; step++) pace.took(128, (128 / tokensPerSecond) * 1000)
  return pace.limits()
}

test.for([
  { tokensPerSecond: 20, prefillAlone: 64, prefillBesideDecode: 64 },
  { tokensPerSecond: 870, prefillAlone: 288, prefillBesideDecode: 64 },
  { tokensPerSecond: 1700, prefillAlone: 512, prefillBesideDecode: 160 },
  { tokensPerSecond: 20_000, prefillAlone: 512, prefillBesideDecode: 512 },
])('at $tokensPerSecond tokens a second', ({ tokensPerSecond, ...limits }) => {
  expect(paceAt(tokensPerSecond)).toEqual(limits)
})

test('whatever was measured, steps are between 64 and 512 tokens, and no longer beside decodes', () => {
  const step = fc.record({ tokens: fc.nat(600), ms: fc.double({ min: 0, max: 1e6, noNaN: true }) })
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const pace = createPace()
      for (const { tokens, ms } of steps) pace.took(tokens, ms)
      const { prefillAlone, prefillBesideDecode } = pace.limits()
      expect(prefillAlone).toBeLessThanOrEqual(512)
      expect(prefillBesideDecode).toBeGreaterThanOrEqual(64)
      expect(prefillBesideDecode).toBeLessThanOrEqual(prefillAlone)
    }),
  )
})

test('one slow step does not change the size for long', () => {
  const pace = createPace()
  for (let step = 0; step < 10; step++) pace.took(128, 50)
  pace.took(128, 1000)
  for (let step = 0; step < 10; step++) pace.took(128, 50)
  expect(pace.limits().prefillAlone).toBeGreaterThanOrEqual(352)
})
