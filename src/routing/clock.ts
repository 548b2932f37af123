import type { CancelSignal } from '../chat/cancel-signal.ts'

export interface Clock {
  /** Milliseconds, from a time of its own, that nobody sets. */
  now(): number
  /** Rejects with the signal's reason when it is aborted. */
  wait(ms: number, signal: CancelSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const listener = {
        handleEvent() {
          clearTimeout(timer)
          // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- whatever it was aborted with
          reject(signal.reason)
        },
      }
      // Timers may fire a little before their time.
      const timer = setTimeout(
        () => {
          signal.removeEventListener('abort', listener)
          resolve()
        },
        Math.ceil(ms) + 1,
      )
      signal.addEventListener('abort', listener)
    }),
}
