import { setTimeout as delay } from 'node:timers/promises'

export interface Clock {
  /** Milliseconds, from a time of its own, that nobody sets. */
  now(): number
  /** Throws the signal's reason when it is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => performance.now(),
  async wait(ms, signal) {
    // Timers may fire a little before their time.
    await delay(Math.ceil(ms) + 1, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted()
      throw error
    })
  },
}
