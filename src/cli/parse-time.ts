import { LlmdError } from '../errors.ts'
import { parseDuration } from './duration.ts'

/**
 * A moment: `30d` is so long ago, `2026-01-31` is its midnight in UTC, `2026-01-31T12:00:00Z` itself.
 * @returns ISO 8601 in UTC
 * @throws LlmdError `invalid_request`
 */
export function parseTime(text: string, now: number = Date.now()): string {
  if (/^\d+[a-z]$/.test(text)) return new Date(now - parseDuration(text)).toISOString()
  // A time without a zone would be one of this machine's, and the daemon may be elsewhere.
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text)
  const time = isTime ? Date.parse(text) : NaN
  if (!Number.isNaN(time)) return new Date(time).toISOString()
  throw new LlmdError('invalid_request', `${JSON.stringify(text)} is not a time.`, {
    hint: 'Write how long ago, as in 12h or 30d, or a date, as in 2026-01-31 or 2026-01-31T12:00:00Z.',
  })
}
