import type { DaemonEvent } from '../api/events.ts'

/** What a reader, who may be slow, has not read yet. Disposing it ends it. */
export interface Subscription extends Disposable {
  /** The next event; undefined where there is none yet. */
  take(): DaemonEvent | undefined
  /** Resolves as soon as there is something to take, or the subscription has ended. */
  ready(): Promise<void>
}

type Dropped = Extract<DaemonEvent, { type: 'dropped' }>

/** Keeps up to `capacity` events: then the oldest go, and the reader is told how many. */
export function createSubscription(options: {
  /** What is read first. */
  opened: DaemonEvent
  types: ReadonlySet<string> | undefined
  capacity: number
  onEnd: () => void
}): { subscription: Subscription; offer: (event: DaemonEvent) => void } {
  const { types, capacity, onEnd } = options
  const waiting: DaemonEvent[] = []
  let opened: DaemonEvent | undefined = options.opened
  let dropped: Dropped | undefined
  let ended = false
  let news = Promise.withResolvers<void>()

  const wake = () => {
    news.resolve()
    news = Promise.withResolvers()
  }

  const subscription: Subscription = {
    take() {
      const next = opened ?? dropped ?? waiting.shift()
      if (next === opened) opened = undefined
      else if (next === dropped) dropped = undefined
      return next
    },
    async ready() {
      if (ended || opened || dropped || waiting.length > 0) return
      await news.promise
    },
    [Symbol.dispose]() {
      ended = true
      onEnd()
      wake()
    },
  }

  function offer(event: DaemonEvent): void {
    if (types && !types.has(event.type)) return
    waiting.push(event)
    const oldest = waiting.length > capacity ? waiting.shift() : undefined
    if (oldest) {
      const { id, time } = oldest
      dropped = { type: 'dropped', id, time, count: (dropped?.count ?? 0) + 1 }
    }
    wake()
  }

  return { subscription, offer }
}
