/** Something that must not wait for ever. */
export interface Timed {
  /** Ends it where its time is over. `now` is of the monotonic clock, in milliseconds. */
  check(now: number): void
  /** Kept by the sweep alone: where it is in its list. */
  place: number
}

export interface DeadlineSweep extends Disposable {
  watch(timed: Timed): void
  forget(timed: Timed): void
}

/** Looks after the deadlines of many with one timer, so up to `tickMs` late. */
export function createDeadlineSweep({ tickMs }: { tickMs: number }): DeadlineSweep {
  // Every request comes and goes here, and an array is several times faster than a set.
  const watched: Timed[] = []
  let timer: NodeJS.Timeout | undefined

  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }

  const sweep = () => {
    // Stopped here and not with the last one, so that calls one after the other share a timer too.
    if (watched.length === 0) stop()
    const now = performance.now()
    // What ends meanwhile leaves the list.
    for (const timed of watched.slice()) timed.check(now)
  }

  return {
    watch(timed) {
      timed.place = watched.length
      watched.push(timed)
      timer ??= setInterval(sweep, tickMs).unref()
    },
    forget(timed) {
      if (watched[timed.place] !== timed) return
      const last = watched.pop()
      if (last === undefined || last === timed) return
      watched[timed.place] = last
      last.place = timed.place
    },
    [Symbol.dispose]: stop,
  }
}
