import { formatCredits, toCredits } from '../api/credits.ts'
import type { ChatUsage } from '../chat/usage.ts'
import type { TokenLimits } from '../storage/token-table.ts'
import { creditsUsedUp, tooMuchThisMinute } from './limit-refusals.ts'
import { rateHeaders } from './rate-headers.ts'
import { createRateLimits, type RateLimits } from './rate-limits.ts'
import type { Spending } from './spending.ts'
import type { Principal } from './token-store.ts'

/** Decides whether a token may ask now, and counts what it uses. */
export interface Admission {
  /**
   * A request to a model, which counts from now on; null where there is nothing to limit and nothing to pay.
   * @param begun by the wall clock: its credits are those of that day
   * @throws LlmdError `insufficient_quota`, `rate_limit_exceeded`
   */
  admit(principal: Pick<Principal, 'tokenId' | 'limits'>, model: string, begun: Date): Admitted | null
}

export interface Admitted {
  /**
   * What its answer tells of limits and credits.
   * @param usage all that it used, null where nobody said; absent where that is not known yet, as of streams
   */
  headers(usage?: ChatUsage | null): Record<string, string>
  /**
   * Counts what it used so far; again, the difference alone.
   * @returns what it cost so far, in millionths of a credit; null where the model has no price
   */
  settle(usage: ChatUsage | null): number | null
}

/**
 * @param options.tariffOf what tokens of a model cost, in millionths of a credit; null where it is free
 * @param options.now milliseconds of a clock that nobody sets
 */
export function createAdmission({
  spending,
  tariffOf,
  now = () => performance.now(),
}: {
  spending: Spending
  tariffOf: (model: string) => ((usage: ChatUsage) => number) | null
  now?: () => number
}): Admission {
  const rates = new Map<string, RateLimits>()

  const rateOf = (token: string): RateLimits => {
    let rate = rates.get(token)
    if (!rate) rates.set(token, (rate = createRateLimits(now)))
    return rate
  }

  /** The least of balance and budget, in millionths; null where there is neither. */
  const creditsLeft = (token: string, { creditsUntil, budget }: TokenLimits): number | null => {
    if (creditsUntil === null && budget === null) return null
    const balance = creditsUntil === null ? Infinity : creditsUntil - spending.total(token)
    const ofBudget = budget === null ? Infinity : budget.credits - spending.current(token, budget.per)
    return Math.max(0, Math.min(balance, ofBudget))
  }

  function requireRoom(token: string, limits: TokenLimits): RateLimits | null {
    if (creditsLeft(token, limits) === 0) {
      const isBudget = limits.creditsUntil === null || spending.total(token) < limits.creditsUntil
      throw creditsUsedUp(isBudget ? limits.budget : null)
    }
    if (limits.rpm === null && limits.tpm === null) return null
    const rate = rateOf(token)
    const left = rate.left(limits)
    const full = left.toSorted((one, other) => other.waitMs - one.waitMs)[0]
    if (full && full.waitMs > 0) throw tooMuchThisMinute(full, rateHeaders(left))
    rate.addRequest()
    return rate
  }

  return {
    admit({ tokenId, limits }, model, begun) {
      const tariff = tariffOf(model)
      if (limits === null && tariff === null) return null
      const rate = tokenId !== null && limits ? requireRoom(tokenId, limits) : null
      let microCredits = 0
      let tokens = 0

      function settle(usage: ChatUsage | null): number | null {
        if (usage) {
          const used = usage.promptTokens + usage.completionTokens
          rate?.addTokens(Math.max(0, used - tokens))
          tokens = Math.max(tokens, used)
          const more = (tariff?.(usage) ?? 0) - microCredits
          if (more > 0) {
            microCredits += more
            if (tokenId !== null) spending.add(tokenId, more, begun)
          }
        }
        return tariff && microCredits
      }

      return {
        settle,
        headers(usage) {
          const cost = usage === undefined ? null : (settle(usage) ?? 0)
          const left = tokenId !== null && limits ? creditsLeft(tokenId, limits) : null
          return {
            ...(rate && limits && rateHeaders(rate.left(limits))),
            ...(cost !== null &&
              (tariff !== null || left !== null) && {
                'x-credits-consumed': formatCredits(toCredits(cost)),
              }),
            ...(left !== null && { 'x-credits-remaining': formatCredits(toCredits(left)) }),
          }
        },
      }
    },
  }
}
