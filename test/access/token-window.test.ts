import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTokenWindow } from '../../src/access/token-window.ts'

test('counts the tokens of a minute, and at most those of a second more', () => {
  const uses = fc.array(fc.record({ pause: fc.oneof(fc.nat(400), fc.nat(90_000)), tokens: fc.nat(1000) }), {
    maxLength: 150,
  })
  fc.assert(
    fc.property(uses, fc.integer({ min: 1, max: 5000 }), (steps, limit) => {
      const window = createTokenWindow()
      const used: { at: number; tokens: number }[] = []
      const since = (start: number) =>
        used.reduce((sum, { at, tokens }) => (at > start ? sum + tokens : sum), 0)
      let now = 0
      for (const { pause, tokens } of steps) {
        now += pause
        const count = window.count(now)
        expect(count).toBeGreaterThanOrEqual(since(now - 60_000))
        expect(count).toBeLessThanOrEqual(since(now - 61_001))
        const wait = window.untilFewer(limit, now)
        expect(wait === 0).toBe(count < limit)
        if (wait > 0) {
          expect(window.count(now + wait)).toBeLessThan(limit)
          expect(window.count(now + wait - 1)).toBeGreaterThanOrEqual(limit)
        }
        window.add(tokens, now)
        used.push({ at: now, tokens })
      }
    }),
    { numRuns: 60 },
  )
})
