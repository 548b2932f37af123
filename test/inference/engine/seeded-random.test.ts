import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom, toSeed } from '../../../src/inference/engine/seeded-random.ts'

const take = (seed: number, count: number) => {
  const next = seededRandom(seed)
  return Array.from({ length: count }, () => next())
}

describe('seededRandom', () => {
  test('gives the same numbers for the same seed, others for another, all from 0 to below 1', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const numbers = take(seed, 20)
        expect(take(seed, 20)).toEqual(numbers)
        expect(take(seed + 1, 20)).not.toEqual(numbers)
        for (const number of numbers) {
          expect(number).toBeGreaterThanOrEqual(0)
          expect(number).toBeLessThan(1)
        }
      }),
    )
  })

  test('spreads them evenly', () => {
    const counts = Array.from({ length: 10 }, () => 0)
    for (const number of take(1, 10_000)) counts[Math.floor(number * 10)]! += 1
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120)
  })
})

describe('toSeed', () => {
  test('takes any whole number, and keeps those that are in range', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (seed) => {
        const kept = toSeed(seed)
        expect(Number.isInteger(kept) && kept >= 0 && kept < 2 ** 31).toBe(true)
        expect(toSeed(seed)).toBe(kept)
        if (seed >= 0 && seed < 2 ** 31) expect(kept).toBe(seed)
      }),
    )
  })

  test('is random where none is given', () => {
    expect(new Set(Array.from({ length: 8 }, () => toSeed(undefined))).size).toBe(8)
  })
})
