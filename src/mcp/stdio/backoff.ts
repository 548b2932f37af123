import { setTimeout as delay } from 'node:timers/promises'

/** Keeps a program that ends again and again from being started as often. */
export interface Backoff {
  /** Resolves when it may be started. @throws the signal's reason */
  wait(signal: AbortSignal): Promise<void>
  /** It has ended by itself, this long after its start. */
  ended(livedMs: number): void
}

/** @param options.now milliseconds of a clock that nobody sets */
export function createBackoff({
  firstMs = 1000,
  mostMs = 60_000,
  healthyMs = 60_000,
  now = () => performance.now(),
}: { firstMs?: number; mostMs?: number; healthyMs?: number; now?: () => number } = {}): Backoff {
  let failures = 0
  let due = 0
  return {
    async wait(signal) {
      signal.throwIfAborted()
      const ms = due - now()
      if (ms > 0) await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted())
    },
    ended(livedMs) {
      failures = livedMs >= healthyMs ? 1 : failures + 1
      // The first time may have been bad luck.
      due = failures < 2 ? 0 : now() + Math.min(mostMs, firstMs * 2 ** (failures - 2))
    },
  }
}
