import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planResidency, type Resident } from '../../../src/inference/residency/plan-residency.ts'

const resident = (name: string, bytes: number, rest: Partial<Resident> = {}): Resident => ({
  name,
  bytes,
  lastUsed: 0,
  inUse: false,
  pinned: false,
  ...rest,
})

describe('planResidency', () => {
  const old = resident('old', 4, { lastUsed: 1 })
  const recent = resident('recent', 4, { lastUsed: 2 })
  const busy = resident('busy', 4, { inUse: true })
  const pinned = resident('pinned', 4, { pinned: true })

  it.each([
    ['unloads nothing where there is room', [old], 6, 10, { evict: [] }],
    ['fills the room to the last byte', [old, recent], 2, 10, { evict: [] }],
    ['unloads the longest unused first', [recent, old], 4, 10, { evict: ['old'] }],
    ['unloads as many as it takes', [recent, old], 8, 10, { evict: ['old', 'recent'] }],
    ['leaves alone what is in use', [busy, old], 6, 10, { evict: ['old'] }],
    ['leaves alone what is pinned', [pinned, recent], 6, 10, { evict: ['recent'] }],
    ['waits for what is in use', [busy, old], 8, 10, { refuse: 'busy' }],
    ['does not wait for what is pinned', [pinned, busy], 8, 10, { refuse: 'pinned' }],
    ['knows what never fits', [], 11, 10, { refuse: 'too-large' }],
  ])('%s', (_, residents, wantedBytes, budgetBytes, plan) => {
    expect(planResidency(residents, { wantedBytes, budgetBytes })).toEqual(plan)
  })

  const residents = fc
    .array(
      fc.record({
        bytes: fc.nat(100),
        lastUsed: fc.nat(5),
        inUse: fc.boolean(),
        pinned: fc.boolean(),
      }),
      { maxLength: 8 },
    )
    .map((list) => list.map((rest, index) => resident(`m${index}`, rest.bytes, rest)))

  it('keeps its laws', () => {
    fc.assert(
      fc.property(residents, fc.nat(200), fc.nat(300), (list, wantedBytes, budgetBytes) => {
        const plan = planResidency(list, { wantedBytes, budgetBytes })
        const staying = (evict: string[]) => list.filter(({ name }) => !evict.includes(name))
        const total = (some: Resident[]) => some.reduce((sum, { bytes }) => sum + bytes, wantedBytes)
        const idle = list.filter(({ inUse, pinned: isPinned }) => !inUse && !isPinned)
        if ('refuse' in plan) {
          expect(total(staying(idle.map(({ name }) => name)))).toBeGreaterThan(budgetBytes)
          return
        }
        const evicted = plan.evict.map((name) => list.find((one) => one.name === name)!)
        expect(evicted.some(({ inUse, pinned: isPinned }) => inUse || isPinned)).toBe(false)
        expect(total(staying(plan.evict))).toBeLessThanOrEqual(budgetBytes)
        // No longer unused one stays, and without the last one there would be no room.
        const left = idle.filter(({ name }) => !plan.evict.includes(name))
        for (const gone of evicted) {
          expect(left.every(({ lastUsed }) => lastUsed >= gone.lastUsed)).toBe(true)
        }
        if (evicted.length > 0) expect(total(staying(plan.evict.slice(0, -1)))).toBeGreaterThan(budgetBytes)
      }),
    )
  })
})
