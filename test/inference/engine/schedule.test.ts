import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assignSlots, planStep, type BusySlot } from '../../../src/inference/engine/schedule.ts'

const waitingRequests = fc
  .uniqueArray(fc.nat(99), { maxLength: 8 })
  .map((numbers) => numbers.map((number) => ({ id: `request-${number}`, prompt: [number] })))

/** Idle slots, each with the length of what it shares with the prompt of every number. */
const idleSlots = fc
  .uniqueArray(fc.record({ index: fc.nat(15), lastUsed: fc.nat(5), shared: fc.nat(3) }), {
    selector: (slot) => slot.index,
    maxLength: 6,
  })
  .map((slots) =>
    slots.map(({ index, lastUsed, shared }) => ({
      index,
      lastUsed,
      commonPrefix: (prompt: readonly number[]) => ((prompt[0] ?? 0) * (shared + 1)) % 4,
    })),
  )

describe('assignSlots', () => {
  test('serves the first comers, in order, as long as there are slots, and gives no slot twice', () => {
    fc.assert(
      fc.property(waitingRequests, idleSlots, (waiting, idle) => {
        const assignments = assignSlots(waiting, idle)
        const served = Math.min(waiting.length, idle.length)
        expect(assignments.map(({ id }) => id)).toEqual(waiting.slice(0, served).map(({ id }) => id))
        expect(new Set(assignments.map(({ slot }) => slot)).size).toBe(served)
        expect(idle.map(({ index }) => index)).toEqual(
          expect.arrayContaining(assignments.map(({ slot }) => slot)),
        )
      }),
    )
  })

  test('gives each the free slot that holds most of its prompt, and of those the one used longest ago', () => {
    fc.assert(
      fc.property(waitingRequests, idleSlots, (waiting, idle) => {
        let free = idle
        for (const { id, slot } of assignSlots(waiting, idle)) {
          const prompt = waiting.find((request) => request.id === id)?.prompt ?? []
          const taken = idle.find(({ index }) => index === slot)
          const longest = Math.max(...free.map((other) => other.commonPrefix(prompt)))
          const candidates = free.filter((other) => other.commonPrefix(prompt) === longest)
          expect(candidates).toContain(taken)
          expect(taken?.lastUsed).toBe(Math.min(...candidates.map(({ lastUsed }) => lastUsed)))
          free = free.filter(({ index }) => index !== slot)
        }
      }),
    )
  })

  test('keeps a conversation on the slot that knows it', () => {
    const idle = [
      { index: 0, lastUsed: 1, commonPrefix: () => 0 },
      { index: 1, lastUsed: 9, commonPrefix: () => 5 },
    ]
    expect(assignSlots([{ id: 'a', prompt: [1] }], idle)).toEqual([{ id: 'a', slot: 1 }])
  })
})

const limits = fc.record({
  prefillAlone: fc.integer({ min: 1, max: 64 }),
  prefillBesideDecode: fc.integer({ min: 1, max: 16 }),
})

const busySlots: fc.Arbitrary<BusySlot[]> = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 })), { maxLength: 8 })
  .chain((left) =>
    fc
      .shuffledSubarray([...left.keys()], { minLength: left.length })
      .map((order) =>
        left.map((prefillLeft, index) => ({ index, prefillLeft, admitted: order[index] ?? 0 })),
      ),
  )

describe('planStep', () => {
  test('gives every answer its next token', () => {
    fc.assert(
      fc.property(busySlots, limits, (busy, allowed) => {
        const answering = busy.filter(({ prefillLeft }) => prefillLeft === 0).map(({ index }) => index)
        expect(planStep(busy, allowed).decode).toEqual(answering)
      }),
    )
  })

  test('reads prompts within the budget, the oldest first, and leaves no budget unused', () => {
    fc.assert(
      fc.property(busySlots, limits, (busy, allowed) => {
        const { decode, prefill } = planStep(busy, allowed)
        const budget = decode.length > 0 ? allowed.prefillBesideDecode : allowed.prefillAlone
        const reading = busy
          .filter(({ prefillLeft }) => prefillLeft > 0)
          .toSorted((a, b) => a.admitted - b.admitted)
        const wanted = reading.reduce((sum, { prefillLeft }) => sum + prefillLeft, 0)
        const planned = prefill.reduce((sum, { count }) => sum + count, 0)
        expect(planned).toBe(Math.min(budget, wanted))
        expect(prefill.map(({ slot }) => slot)).toEqual(
          reading.slice(0, prefill.length).map(({ index }) => index),
        )
        for (const [position, { count }] of prefill.entries()) {
          const left = reading[position]?.prefillLeft ?? 0
          expect(count).toBeGreaterThan(0)
          const isLast = position === prefill.length - 1
          expect(count).toBe(isLast ? Math.min(count, left) : left)
        }
      }),
    )
  })

  test('always gets on: every prompt is read after finitely many steps', () => {
    fc.assert(
      fc.property(busySlots, limits, (start, allowed) => {
        let busy = start
        const total = busy.reduce((sum, { prefillLeft }) => sum + prefillLeft, 0)
        for (let steps = 0; busy.some(({ prefillLeft }) => prefillLeft > 0); steps++) {
          expect(steps).toBeLessThanOrEqual(total)
          const { prefill } = planStep(busy, allowed)
          busy = busy.map(({ index, prefillLeft, admitted }) => {
            const read = prefill.find(({ slot }) => slot === index)?.count ?? 0
            return { index, prefillLeft: prefillLeft - read, admitted }
          })
        }
      }),
    )
  })

  test('plans nothing when nothing runs', () => {
    expect(planStep([], { prefillAlone: 8, prefillBesideDecode: 4 })).toEqual({ decode: [], prefill: [] })
  })
})
