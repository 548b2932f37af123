import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawOrder } from '../../src/routing/draw-order.ts'
import { seededRandom } from './seeded-random.ts'

describe('a drawn order', () => {
  it('has each item once', () => {
    const items = fc.array(fc.record({ id: fc.nat(), weight: fc.integer({ min: 1, max: 1000 }) }))
    fc.assert(
      fc.property(items, fc.nat(), (given, seed) => {
        const drawn = drawOrder(given, seededRandom(seed))
        expect(new Set(drawn)).toEqual(new Set(given))
        expect(drawn).toHaveLength(given.length)
      }),
    )
  })

  it('follows the weights, at the first place and at the next', () => {
    const items = [
      { id: 'a', weight: 6 },
      { id: 'b', weight: 3 },
      { id: 'c', weight: 1 },
    ]
    const random = seededRandom(1)
    const draws = Array.from({ length: 20_000 }, () =>
      drawOrder(items, random)
        .map(({ id }) => id)
        .join(''),
    )
    const share = (begin: string) => draws.filter((draw) => draw.startsWith(begin)).length / draws.length
    expect(share('a')).toBeCloseTo(0.6, 1)
    expect(share('b')).toBeCloseTo(0.3, 1)
    expect(share('c')).toBeCloseTo(0.1, 1)
    expect(share('ab')).toBeCloseTo(0.6 * 0.75, 1)
    expect(share('ba')).toBeCloseTo((0.3 * 6) / 7, 1)
  })

  it('can be drawn from the least and the largest number', () => {
    const items = [{ weight: 1 }, { weight: 2 }]
    for (const number of [0, 1 - 2 ** -53]) expect(drawOrder(items, () => number)).toHaveLength(2)
  })
})
