import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type LiveMember, LiveSet } from '../src/live-set.ts'

interface Named extends LiveMember {
  name: number
}

test('it holds what a Set would hold, whatever comes and goes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(9))), (steps) => {
      const members = Array.from({ length: 10 }, (_, name): Named => ({ name, liveSlot: -1 }))
      const live = new LiveSet<Named>()
      const expected = new Set<Named>()
      for (const [adds, name] of steps) {
        const member = members[name]!
        if (adds) {
          live.add(member)
          expected.add(member)
        } else expect(live.delete(member)).toBe(expected.delete(member))
        expect(live.size).toBe(expected.size)
        expect(new Set(live.toArray())).toEqual(expected)
        expect(members.filter((one) => live.has(one))).toEqual(members.filter((one) => expected.has(one)))
      }
    }),
  )
})

test('what was taken out is not held on to', () => {
  const live = new LiveSet<Named>()
  const one: Named = { name: 1, liveSlot: -1 }
  const other: Named = { name: 2, liveSlot: -1 }
  live.add(one)
  live.add(other)
  const before = live.toArray()
  live.delete(one)
  expect(before).toEqual([one, other])
  expect(live.toArray()).toEqual([other])
  expect(live.has(one)).toBe(false)
  live.add(one)
  expect(live.size).toBe(2)
})
