import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRequestWindow } from '../../src/access/request-window.ts'

const gaps = fc.array(fc.oneof(fc.nat(50), fc.nat(5000), fc.nat(70_000)), { maxLength: 400 })

test('never more than the limit are let in, in any minute', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 90 }), gaps, (limit, pauses) => {
      const window = createRequestWindow()
      const admitted: number[] = []
      let now = 0
      for (const pause of pauses) {
        now += pause
        const before = admitted.filter((time) => time > now - 60_000).length
        expect(window.count(now)).toBe(before)
        const wait = window.untilFewer(limit, now)
        // It lets in whoever may come in, and says to the millisecond when the next may.
        expect(wait === 0).toBe(before < limit)
        if (wait > 0) {
          const later = admitted.filter((time) => time > now + wait - 60_000).length
          const justBefore = admitted.filter((time) => time > now + wait - 1 - 60_000).length
          expect([later < limit, justBefore < limit]).toEqual([true, false])
          continue
        }
        window.add(now)
        admitted.push(now)
      }
      for (const start of admitted) {
        const inMinute = admitted.filter((time) => time >= start && time < start + 60_000)
        expect(inMinute.length).toBeLessThanOrEqual(limit)
      }
    }),
    { numRuns: 60 },
  )
})

test('a lower limit counts what was let in before it', () => {
  const window = createRequestWindow()
  for (let time = 0; time < 10; time++) window.add(time * 1000)
  expect(window.untilFewer(20, 9000)).toBe(0)
  expect(window.untilFewer(3, 9000)).toBe(58_000)
  expect(window.untilFewer(3, 67_000)).toBe(0)
})
