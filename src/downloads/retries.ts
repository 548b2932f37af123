import { setTimeout as delay } from 'node:timers/promises'
import { TransientFailure } from './transient-failure.ts'

export interface RetryPolicy {
  /** Failures in a row, none of which brought anything, after which there is no other try. */
  attempts: number
  /** The first pause; each one that follows is twice as long. */
  firstMs: number
  longestMs: number
}

export interface Retries {
  /** Something came: the next failure is the first again. */
  succeeded(): void
  /** Waits until another try is due. @throws what failed, where there is none; the reason of the signal */
  afterFailure(error: unknown): Promise<void>
}

export function createRetries(
  { attempts, firstMs, longestMs }: RetryPolicy,
  { signal, random = Math.random }: { signal: AbortSignal; random?: () => number },
): Retries {
  let failures = 0
  return {
    succeeded() {
      failures = 0
    },
    async afterFailure(failure) {
      signal.throwIfAborted()
      if (!(failure instanceof TransientFailure)) throw failure
      failures += 1
      if (failures >= attempts) throw failure.failure
      const pause = Math.min(longestMs, firstMs * 2 ** (failures - 1))
      // Spread, so that connections that failed together do not come back together.
      const spread = pause * (0.5 + random() / 2)
      await delay(Math.max(spread, failure.afterMs), undefined, { signal }).catch(() => {})
      signal.throwIfAborted()
    },
  }
}

/** Does it until it succeeds or there is no other try. @throws what failed last; the reason of the signal */
export async function withRetries<Result>(
  work: () => Promise<Result>,
  { policy, signal }: { policy: RetryPolicy; signal: AbortSignal },
): Promise<Result> {
  const retries = createRetries(policy, { signal })
  for (;;) {
    try {
      return await work()
    } catch (error) {
      await retries.afterFailure(error)
    }
  }
}
