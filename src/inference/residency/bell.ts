import { abortable } from '../abortable.ts'

/** Wakes those who wait for a change, in the order in which they began to wait. */
export interface Bell {
  ring(): void
  /** Resolves at the next ring. @throws the reason of the signal */
  next(signal: AbortSignal): Promise<void>
}

export function createBell(): Bell {
  let rung = Promise.withResolvers<void>()
  return {
    ring() {
      rung.resolve()
      rung = Promise.withResolvers()
    },
    next: (signal) => abortable(rung.promise, signal),
  }
}
