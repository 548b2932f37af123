import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { costOf } from '../../src/prices/cost-of.ts'

const usage = (promptTokens: number, cachedTokens: number, completionTokens: number) => ({
  promptTokens,
  cachedTokens,
  completionTokens,
  reasoningTokens: 0,
})

test.each([
  [{ input: 2_000_000, cachedInput: 500_000, output: 8_000_000 }, usage(1000, 400, 10), 1480],
  [{ input: 2_000_000, cachedInput: null, output: 0 }, usage(1000, 400, 10), 2000],
  // Rounded up, once.
  [{ input: 1, cachedInput: null, output: 1 }, usage(1, 0, 1), 1],
  [{ input: 500_000, cachedInput: 500_000, output: 500_000 }, usage(1, 0, 1), 1],
  [{ input: 500_000, cachedInput: 500_000, output: 500_001 }, usage(1, 0, 1), 2],
  [{ input: 0, cachedInput: 0, output: 0 }, usage(1e6, 0, 1e6), 0],
  // What nobody can have used costs a million credits, and no more.
  [{ input: 1e12, cachedInput: null, output: 0 }, usage(Number.MAX_SAFE_INTEGER, 0, 0), 1e12],
  // A provider that contradicts itself.
  [{ input: 1_000_000, cachedInput: 1_000_000, output: 0 }, usage(10, 30, 0), 30],
])('%j of %j costs %i', (price, used, cost) => expect(costOf(price, used)).toBe(cost))

test('is a whole number, and never more than a millionth above the exact sum', () => {
  const price = fc.nat(1_000_000_000)
  const tokens = fc.nat(1_000_000)
  fc.assert(
    fc.property(price, price, tokens, tokens, (input, output, prompt, completion) => {
      const cost = costOf({ input, cachedInput: null, output }, usage(prompt, 0, completion))
      const exact = BigInt(input) * BigInt(prompt) + BigInt(output) * BigInt(completion)
      const excess = BigInt(cost) * 1_000_000n - exact
      expect(excess >= 0n && excess < 1_000_000n).toBe(true)
    }),
  )
})
