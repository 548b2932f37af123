import type { Clock } from '../../src/routing/clock.ts'

/** Goes only when it is told to, or waited for. */
export interface FakeClock extends Clock {
  advance(ms: number): void
  /** How long was waited, each time. */
  readonly waits: number[]
}

export function createFakeClock(): FakeClock {
  let time = 1000
  const waits: number[] = []
  return {
    waits,
    now: () => time,
    advance(ms) {
      time += ms
    },
    async wait(ms, signal) {
      signal.throwIfAborted()
      waits.push(ms)
      time += ms
    },
  }
}
