import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { daemonEventSchema, type DaemonEvent, type NewEvent } from '../../src/api/events.ts'
import { createEventBus } from '../../src/events/create-event-bus.ts'
import type { Subscription } from '../../src/events/subscription.ts'

const loading = (progress: number): NewEvent => ({ type: 'model.loading', name: 'a', progress })
const loaded: NewEvent = { type: 'model.loaded', name: 'a', ms: 1 }

async function take(subscription: Subscription, count: number): Promise<DaemonEvent[]> {
  const taken: DaemonEvent[] = []
  while (taken.length < count) {
    await subscription.ready()
    const event = subscription.take()
    if (event) taken.push(event)
  }
  return taken
}

test('whoever listens gets what is published from then on, numbered and with its time', async () => {
  const bus = createEventBus()
  bus.publish(loaded)
  const events = bus.subscribe()
  bus.publish(loading(0))
  bus.publish(loading(1))
  const taken = await take(events, 3)
  expect(taken).toMatchObject([
    { type: 'opened', id: 1 },
    { type: 'model.loading', id: 2, name: 'a', progress: 0 },
    { type: 'model.loading', id: 3, progress: 1 },
  ])
  for (const event of taken) expect(daemonEventSchema.parse(event)).toEqual(event)
})

test('an event is waited for', async () => {
  const bus = createEventBus()
  const events = bus.subscribe()
  await take(events, 1)
  const next = take(events, 1)
  bus.publish(loaded)
  expect(await next).toMatchObject([{ type: 'model.loaded' }])
})

test('types that nobody asked for are left out, and take no room', async () => {
  const bus = createEventBus({ capacity: 1 })
  const events = bus.subscribe({ types: ['model.loaded'] })
  bus.publish(loaded)
  for (const progress of [0.1, 0.2, 0.3]) bus.publish(loading(progress))
  expect(await take(events, 2)).toMatchObject([{ type: 'opened' }, { type: 'model.loaded', id: 1 }])
})

test('what ends is given nothing more, and keeps no one waiting', async () => {
  const bus = createEventBus()
  const events = bus.subscribe()
  await take(events, 1)
  const waiting = events.ready()
  events[Symbol.dispose]()
  bus.publish(loaded)
  await waiting
  await events.ready()
  expect(events.take()).toBeUndefined()
})

test('every event is told or counted as dropped, in order, however slowly they are read', async () => {
  const steps = fc.array(fc.oneof(fc.constant('publish' as const), fc.constant('read' as const)), {
    maxLength: 60,
  })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), steps, async (capacity, turns) => {
      const bus = createEventBus({ capacity })
      const events = bus.subscribe()
      const [opened] = await take(events, 1)
      const end = 'end of the test'
      let published = 0
      let told = opened?.id ?? 0
      const read = async () => {
        const [event] = await take(events, 1)
        // A gap is counted, to the one.
        const count = event?.type === 'dropped' ? event.count : 1
        expect(event?.id).toBe(told + count)
        told += count
        return event
      }
      for (const turn of turns) {
        if (turn === 'publish') bus.publish(loading((published += 1)))
        else if (told < published) await read()
      }
      bus.publish({ type: 'model.loaded', name: end, ms: 0 })
      for (;;) {
        const event = await read()
        if (event?.type === 'model.loaded' && event.name === end) break
      }
      expect(told).toBe(published + 1)
    }),
  )
})
