import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  assignSlots,
  planStep,
  type Assignment,
  type BusySlot,
  type Slot,
  type StepLimits,
  type WaitingRequest,
  takeTurns,
} from '../../../src/inference/engine/schedule.ts'

/** As the engine has it. */
const worthCloning = 64

/** How many of the tokens are the same, from the first. */
function shared(a: readonly number[], b: readonly number[]): number {
  const different = a.findIndex((token, index) => b[index] !== token)
  return different === -1 ? a.length : different
}

/** Prompts that have beginnings in common: each goes along one of three ways, and leaves it somewhere. */
const prompt = fc
  .record({
    way: fc.nat(2),
    along: fc.nat(200),
    further: fc.array(fc.integer({ min: 3, max: 5 }), { minLength: 1, maxLength: 3 }),
  })
  .map(({ way, along, further }) => Array.from({ length: along }, () => way).concat(further))

const waitingRequests = fc
  .array(prompt, { maxLength: 8 })
  .map((prompts) =>
    prompts.map((tokens, index): WaitingRequest => ({ id: `request-${index}`, prompt: tokens })),
  )

interface TestSlot extends Slot {
  held: readonly number[]
}

function slot(
  index: number,
  lastUsed: number,
  held: readonly number[],
  reading?: readonly number[],
): TestSlot {
  return {
    index,
    lastUsed,
    held,
    commonPrefix: (tokens) => shared(tokens, held),
    ...(reading && { reading: { prompt: reading, evaluated: held.length } }),
  }
}

const idleSlot = fc.record({ lastUsed: fc.nat(5), held: prompt })
const readingSlot = fc.record({
  lastUsed: fc.nat(5),
  reads: prompt,
  part: fc.double({ min: 0, max: 1, noNaN: true }),
})

const slots = fc.array(fc.oneof(idleSlot, readingSlot), { minLength: 1, maxLength: 6 }).map((some) =>
  some.map((one, index) => {
    if ('held' in one) return slot(index, one.lastUsed, one.held)
    const evaluated = Math.floor(one.part * one.reads.length)
    return slot(index, one.lastUsed, one.reads.slice(0, evaluated), one.reads)
  }),
)

const idle = (some: readonly TestSlot[]) => some.filter(({ reading }) => !reading)

const promptOf = (waiting: readonly WaitingRequest[], id: string) =>
  waiting.find((request) => request.id === id)?.prompt ?? []

describe('assignSlots', () => {
  test('gives idle slots to waiting requests in their order, none twice', () => {
    fc.assert(
      fc.property(waitingRequests, slots, fc.boolean(), (waiting, all, canClone) => {
        const assignments = assignSlots(waiting, all, { canClone })
        const served = new Set(assignments.map(({ id }) => id))
        expect(assignments.map(({ id }) => id)).toEqual(
          waiting.map(({ id }) => id).filter((id) => served.has(id)),
        )
        expect(new Set(assignments.map((assignment) => assignment.slot)).size).toBe(assignments.length)
        expect(idle(all).map(({ index }) => index)).toEqual(
          expect.arrayContaining(assignments.map((assignment) => assignment.slot)),
        )
      }),
    )
  })

  test('serves the first comers as long as there are slots, where nothing can be copied', () => {
    fc.assert(
      fc.property(waitingRequests, slots, (waiting, all) => {
        const assignments = assignSlots(waiting, all, { canClone: false })
        const served = Math.min(waiting.length, idle(all).length)
        expect(assignments.map(({ id }) => id)).toEqual(waiting.slice(0, served).map(({ id }) => id))
        expect(assignments.every(({ cloneFrom }) => cloneFrom === undefined)).toBe(true)
      }),
    )
  })

  test('gives each the free slot that holds most of its prompt, of those one beside a busy slot, and of those the one used longest ago', () => {
    fc.assert(
      fc.property(waitingRequests, slots, fc.boolean(), (waiting, all, canClone) => {
        let free = idle(all)
        for (const { id, slot: index } of assignSlots(waiting, all, { canClone })) {
          const wanted = promptOf(waiting, id)
          const taken = all.find((one) => one.index === index)
          const longest = Math.max(...free.map((other) => other.commonPrefix(wanted)))
          const equals = free.filter((other) => other.commonPrefix(wanted) === longest)
          const busy = all.filter((other) => !free.includes(other))
          const near = equals.filter((one) => busy.some((other) => Math.abs(other.index - one.index) === 1))
          const candidates = near.length > 0 ? near : equals
          expect(candidates).toContain(taken)
          expect(taken?.lastUsed).toBe(Math.min(...candidates.map(({ lastUsed }) => lastUsed)))
          free = free.filter((other) => other.index !== index)
        }
      }),
    )
  })

  test('gives a request that has to be read anew the slot used longest ago, copies nothing and lets it not wait', () => {
    const wanted = Array.from({ length: 200 }, () => 1)
    const place = (index: number, lastUsed: number, held: number, evaluated?: number): Slot => ({
      index,
      lastUsed,
      commonPrefix: () => held,
      ...(evaluated !== undefined && { reading: { prompt: wanted, evaluated } }),
    })
    const all = [place(0, 3, 100), place(1, 1, 0), place(4, 4, 100, 100)]
    const anew = [{ id: 'anew', prompt: wanted, anew: true }]
    expect(assignSlots(anew, all, { canClone: true })).toEqual([{ id: 'anew', slot: 1 }])
    expect(assignSlots([{ id: 'other', prompt: wanted }], all, { canClone: true })).toEqual([])
  })

  test('copies from the slot that holds most, exactly when that is worth it', () => {
    fc.assert(
      fc.property(waitingRequests, slots, (waiting, all) => {
        for (const { id, slot: index, cloneFrom } of assignSlots(waiting, all, { canClone: true })) {
          const wanted = promptOf(waiting, id)
          const most = Math.max(...all.map((one) => one.commonPrefix(wanted)))
          const own = all[index]?.commonPrefix(wanted) ?? 0
          expect(cloneFrom !== undefined).toBe(most - own >= worthCloning)
          if (cloneFrom !== undefined) expect(all[cloneFrom]?.commonPrefix(wanted)).toBe(most)
        }
      }),
    )
  })

  test('lets none wait but for a beginning that is being read, or about to be, and not there yet', () => {
    fc.assert(
      fc.property(waitingRequests, slots, (waiting, all) => {
        const assignments = assignSlots(waiting, all, { canClone: true })
        const isServed = ({ id }: WaitingRequest) => assignments.some((assignment) => assignment.id === id)
        const begun: (readonly number[])[] = all.flatMap(({ reading }) => (reading ? [reading.prompt] : []))
        let free = idle(all).length
        for (const request of waiting) {
          if (free === 0) break
          if (isServed(request)) {
            begun.push(request.prompt)
            free -= 1
            continue
          }
          const soon = Math.max(0, ...begun.map((other) => shared(request.prompt, other)))
          expect(soon).toBeGreaterThanOrEqual(worthCloning)
          expect(soon).toBeGreaterThan(Math.max(...all.map((one) => one.commonPrefix(request.prompt))))
        }
      }),
    )
  })

  test('lets everybody have a turn: who waits for a beginning is served at the latest when it has been read', () => {
    fc.assert(
      fc.property(waitingRequests, fc.integer({ min: 1, max: 4 }), (waiting, count) => {
        let all = Array.from({ length: count }, (_, index) => slot(index, 0, []))
        let left = waiting
        // Each round serves somebody or reads a prompt to its end: as many rounds as there are requests will do.
        for (let round = 0; left.length > 0; round++) {
          expect(round).toBeLessThan(waiting.length)
          const assignments = assignSlots(left, all, { canClone: true })
          // Nobody reads now, so that the first in the line is never the one who waits.
          expect(assignments[0]?.id).toBe(left[0]?.id)
          const read = new Map(
            assignments.map((assignment) => [assignment.slot, promptOf(left, assignment.id)]),
          )
          all = all.map((one) => slot(one.index, round, read.get(one.index) ?? one.held))
          left = left.filter(({ id }) => !assignments.some((assignment) => assignment.id === id))
        }
      }),
    )
  })

  test('keeps a conversation on the slot that knows it', () => {
    const assignments = assignSlots([{ id: 'a', prompt: [1, 2, 3] }], [slot(0, 1, []), slot(1, 9, [1, 2])], {
      canClone: true,
    })
    expect(assignments).toEqual<Assignment[]>([{ id: 'a', slot: 1 }])
  })

  test('of several that begin alike the first reads, and the others copy when it has', () => {
    const beginning = Array.from({ length: 100 }, () => 1)
    const waiting = [2, 3, 4].map((last) => ({ id: `ends in ${last}`, prompt: [...beginning, last, last] }))
    const idleOnes = [slot(0, 1, []), slot(1, 2, []), slot(2, 3, [])]
    expect(assignSlots(waiting, idleOnes, { canClone: true })).toEqual([{ id: 'ends in 2', slot: 0 }])

    const rest = waiting.slice(1)
    for (const evaluated of [0, 30, 64, 99]) {
      const whileRead = [slot(0, 4, beginning.slice(0, evaluated), waiting[0]?.prompt), ...idleOnes.slice(1)]
      expect(assignSlots(rest, whileRead, { canClone: true })).toEqual([])
    }
    const afterwards = [slot(0, 4, beginning, waiting[0]?.prompt), ...idleOnes.slice(1)]
    expect(assignSlots(rest, afterwards, { canClone: true })).toEqual([
      { id: 'ends in 3', slot: 1, cloneFrom: 0 },
      { id: 'ends in 4', slot: 2, cloneFrom: 0 },
    ])
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

/** The plan's two parts; what it reads, the oldest first. */
function parts(busy: readonly BusySlot[], allowed: StepLimits) {
  const steps = planStep(busy, allowed)
  const admitted = (number: number) => busy.find(({ index }) => index === number)?.admitted ?? 0
  return {
    steps,
    decode: steps.filter(({ work }) => work === 'decode').map((step) => step.slot),
    prefill: steps
      .flatMap((step) => (step.work === 'prefill' ? [step] : []))
      .toSorted((a, b) => admitted(a.slot) - admitted(b.slot)),
  }
}

describe('takeTurns', () => {
  const clients = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 })

  test('keeps the order of each client, and loses nobody', () => {
    fc.assert(
      fc.property(clients, clients, (waiting, running) => {
        const requests = waiting.map((client, arrival) => ({ client, arrival }))
        const inTurn = takeTurns(requests, running)
        expect(inTurn.toSorted((a, b) => a.arrival - b.arrival)).toEqual(requests)
        for (const client of ['a', 'b', 'c']) {
          const arrivals = inTurn.filter((one) => one.client === client).map(({ arrival }) => arrival)
          expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b))
        }
      }),
    )
  })

  test('of all who wait, serves none twice more than another that waits too', () => {
    fc.assert(
      fc.property(clients, (waiting) => {
        const inTurn = takeTurns(
          waiting.map((client) => ({ client })),
          [],
        ).map(({ client }) => client)
        const counts = new Map<string, number>()
        for (const [index, client] of inTurn.entries()) {
          counts.set(client, (counts.get(client) ?? 0) + 1)
          for (const other of inTurn.slice(index + 1)) {
            expect((counts.get(client) ?? 0) - (counts.get(other) ?? 0)).toBeLessThanOrEqual(1)
          }
        }
      }),
    )
  })

  test('lets a newcomer go before one whose answers take the slots', () => {
    const waiting = ['a', 'a', 'b'].map((client, arrival) => ({ client, arrival }))
    expect(takeTurns(waiting, ['a', 'a']).map(({ arrival }) => arrival)).toEqual([2, 0, 1])
  })
})

describe('planStep', () => {
  test('gives every answer its next token', () => {
    fc.assert(
      fc.property(busySlots, limits, (busy, allowed) => {
        const answering = busy.filter(({ prefillLeft }) => prefillLeft === 0).map(({ index }) => index)
        expect(parts(busy, allowed).decode).toEqual(answering)
      }),
    )
  })

  test('goes by slot, and has each at most once', () => {
    fc.assert(
      fc.property(busySlots, limits, (busy, allowed) => {
        const order = planStep(busy, allowed).map((step) => step.slot)
        expect(order).toEqual([...new Set(order)].toSorted((a, b) => a - b))
      }),
    )
  })

  test('reads prompts within the budget, the oldest first, and leaves no budget unused', () => {
    fc.assert(
      fc.property(busySlots, limits, (busy, allowed) => {
        const { decode, prefill } = parts(busy, allowed)
        const budget = decode.length > 0 ? allowed.prefillBesideDecode : allowed.prefillAlone
        const reading = busy
          .filter(({ prefillLeft }) => prefillLeft > 0)
          .toSorted((a, b) => a.admitted - b.admitted)
        const wanted = reading.reduce((sum, { prefillLeft }) => sum + prefillLeft, 0)
        const planned = prefill.reduce((sum, { count }) => sum + count, 0)
        expect(planned).toBe(Math.min(budget, wanted))
        expect(prefill.map(({ slot: index }) => index)).toEqual(
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

  test('reads no more of a prompt at once than that takes, and leaves the rest of the budget to others', () => {
    const busy = [
      { index: 0, prefillLeft: 100, admitted: 1, mostAtOnce: 5 },
      { index: 1, prefillLeft: 100, admitted: 2 },
    ]
    expect(planStep(busy, { prefillAlone: 32, prefillBesideDecode: 8 })).toEqual([
      { slot: 0, work: 'prefill', count: 5 },
      { slot: 1, work: 'prefill', count: 27 },
    ])
  })

  test('always gets on: every prompt is read after finitely many steps', () => {
    fc.assert(
      fc.property(busySlots, limits, (start, allowed) => {
        let busy = start
        const total = busy.reduce((sum, { prefillLeft }) => sum + prefillLeft, 0)
        for (let steps = 0; busy.some(({ prefillLeft }) => prefillLeft > 0); steps++) {
          expect(steps).toBeLessThanOrEqual(total)
          const { prefill } = parts(busy, allowed)
          busy = busy.map(({ index, prefillLeft, admitted }) => {
            const read = prefill.find((step) => step.slot === index)?.count ?? 0
            return { index, prefillLeft: prefillLeft - read, admitted }
          })
        }
      }),
    )
  })

  test('plans nothing when nothing runs', () => {
    expect(planStep([], { prefillAlone: 8, prefillBesideDecode: 4 })).toEqual([])
  })
})
