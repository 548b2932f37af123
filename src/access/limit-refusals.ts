import { LlmdError } from '../errors.ts'
import type { TokenLimits } from '../storage/token-table.ts'
import type { RateLeft } from './rate-limits.ts'

export function modelDenied(model: string): LlmdError {
  return new LlmdError('permission_denied', `This token may not use the model ${JSON.stringify(model)}.`, {
    hint: 'GET /v1/models lists those that it may.',
    param: 'model',
  })
}

/** @param budget the one that is used up; null where it is the balance */
export function creditsUsedUp(budget: TokenLimits['budget']): LlmdError {
  const headers = { 'x-credits-remaining': '0' }
  if (!budget) {
    return new LlmdError('insufficient_quota', 'The credits of this token are used up.', {
      hint: 'Give it others with: llmd tokens edit NAME --credits N',
      headers,
    })
  }
  const { per } = budget
  return new LlmdError('insufficient_quota', `The credits of this token are used up for this ${per}.`, {
    hint: `It has others when the next ${per} begins in UTC, or with: llmd tokens edit NAME --budget N/${per}`,
    headers,
  })
}

export function tooMuchThisMinute(
  { kind, limit, waitMs }: RateLeft,
  headers: Record<string, string>,
): LlmdError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  return new LlmdError('rate_limit_exceeded', `This token may use ${limit} ${kind} a minute, and has.`, {
    hint: `Try again in ${seconds} s.`,
    headers: { ...headers, 'retry-after': String(seconds), 'retry-after-ms': String(Math.ceil(waitMs)) },
  })
}
