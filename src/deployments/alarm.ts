/** Rings once when the wall clock has come to a time. Disposing it silences it. */
export interface Alarm extends Disposable {
  /** In place of what it was set to before. @param at Milliseconds since 1970; null is never */
  set(at: number | null): void
}

/** How late it may ring where the clock was set forward, or the machine has slept: timers notice neither. */
const longestMs = 30_000

export function createAlarm({
  ring,
  now,
  checkMs = longestMs,
}: {
  ring: () => void
  /** The wall clock. */
  now: () => number
  checkMs?: number
}): Alarm {
  let timer: NodeJS.Timeout | undefined

  function set(at: number | null): void {
    clearTimeout(timer)
    if (at === null) return
    const waitMs = Math.min(Math.max(at - now(), 0), checkMs)
    timer = setTimeout(() => (now() >= at ? ring() : set(at)), waitMs).unref()
  }

  return {
    set,
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}
