import { type LiveMember, LiveSet } from '../../live-set.ts'

/** Something that must not wait for ever. */
export interface Timed extends LiveMember {
  /** Ends it where its time is over. `now` is of the monotonic clock, in milliseconds. */
  check(now: number): void
}

export interface DeadlineSweep extends Disposable {
  watch(timed: Timed): void
  forget(timed: Timed): void
  /** Whether there is none. */
  readonly isIdle: boolean
}

/** Looks after the deadlines of many with one timer, so up to `tickMs` late. */
export function createDeadlineSweep({ tickMs }: { tickMs: number }): DeadlineSweep {
  const watched = new LiveSet<Timed>()
  let timer: NodeJS.Timeout | undefined

  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }

  const sweep = () => {
    // Stopped here and not with the last one, so that calls one after the other share a timer too.
    if (watched.size === 0) stop()
    const now = performance.now()
    // What ends meanwhile leaves the list.
    for (const timed of watched.toArray()) timed.check(now)
  }

  return {
    watch(timed) {
      watched.add(timed)
      timer ??= setInterval(sweep, tickMs).unref()
    },
    forget: (timed) => void watched.delete(timed),
    get isIdle() {
      return watched.size === 0
    },
    [Symbol.dispose]: stop,
  }
}
