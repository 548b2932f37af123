import type { ErrorCode } from '../errors.ts'

/** What needs nothing but time. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['overloaded', 'disk_full', 'shutting_down'])

/** What may have been chance. */
const doubtful: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'model_load_failed',
  'engine_failed',
  'internal_error',
])

const mostTries = 3
const firstWaitMs = 1000
const longestWaitMs = 60_000

/** Whether another try may go better. */
export function mayPass(code: ErrorCode): boolean {
  return passing.has(code) || doubtful.has(code)
}

/**
 * What follows from the failure to make a model ready: after how many milliseconds it is tried again, or null where it
 * has failed for good.
 * @param tries How often it was tried by now
 */
export function judgeFailure(code: ErrorCode, tries: number): number | null {
  if (!mayPass(code) || (doubtful.has(code) && tries >= mostTries)) return null
  return Math.min(firstWaitMs * 2 ** (tries - 1), longestWaitMs)
}
