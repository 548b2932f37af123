import type { TokenLimits } from '../storage/token-table.ts'
import { createRequestWindow } from './request-window.ts'
import { createTokenWindow } from './token-window.ts'

/** What is left of a minute's requests or tokens. */
export interface RateLeft {
  kind: 'requests' | 'tokens'
  limit: number
  remaining: number
  /** Until all of it is there again. */
  resetMs: number
  /** Until there is any. */
  waitMs: number
}

/** What one token did in the last minute. It outlives changes of its limits, which so hold at once. */
export interface RateLimits {
  /** Of those limits that there are. */
  left(limits: Pick<TokenLimits, 'rpm' | 'tpm'>): RateLeft[]
  addRequest(): void
  addTokens(tokens: number): void
}

/** @param now milliseconds of a clock that nobody sets */
export function createRateLimits(now: () => number): RateLimits {
  const windows = { requests: createRequestWindow(), tokens: createTokenWindow() }

  function leftOf(kind: RateLeft['kind'], limit: number, at: number): RateLeft {
    const window = windows[kind]
    return {
      kind,
      limit,
      remaining: Math.max(0, limit - window.count(at)),
      resetMs: window.untilFewer(1, at),
      waitMs: window.untilFewer(limit, at),
    }
  }

  return {
    left({ rpm, tpm }) {
      const at = now()
      const left: RateLeft[] = []
      if (rpm !== null) left.push(leftOf('requests', rpm, at))
      if (tpm !== null) left.push(leftOf('tokens', tpm, at))
      return left
    },
    addRequest: () => windows.requests.add(now()),
    addTokens: (tokens) => windows.tokens.add(tokens, now()),
  }
}
