import type { DaemonEvent, EventType, NewEvent } from '../api/events.ts'
import { createSubscription, type Subscription } from './subscription.ts'

/** Carries what happens in the daemon to whoever listens. */
export interface EventBus {
  /** Numbers an event and hands it on. Returns at once, however slow those are who listen. */
  publish(event: NewEvent): void
  /** What is published from this moment on, after an event that says so; all types where none are named. */
  subscribe(options?: { types?: readonly EventType[] }): Subscription
}

/** @param options.capacity events that may wait for one who listens, before the oldest of them are dropped */
export function createEventBus({ capacity = 1000 } = {}): EventBus {
  const offers = new Set<(event: DaemonEvent) => void>()
  let lastId = 0
  return {
    publish(event) {
      lastId += 1
      if (offers.size === 0) return
      const published = { ...event, id: lastId, time: timestamp() }
      for (const offer of offers) offer(published)
    },
    subscribe({ types } = {}) {
      const { subscription, offer } = createSubscription({
        opened: { type: 'opened', id: lastId, time: timestamp() },
        types: types && new Set(types),
        capacity,
        onEnd: () => offers.delete(offer),
      })
      offers.add(offer)
      return subscription
    },
  }
}

function timestamp(): string {
  return new Date().toISOString()
}
