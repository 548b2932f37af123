import type { RateLeft } from './rate-limits.ts'

/** As OpenAI tells of its limits. */
export function rateHeaders(left: readonly RateLeft[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const { kind, limit, remaining, resetMs } of left) {
    headers[`x-ratelimit-limit-${kind}`] = String(limit)
    headers[`x-ratelimit-remaining-${kind}`] = String(remaining)
    headers[`x-ratelimit-reset-${kind}`] = formatReset(resetMs)
  }
  return headers
}

/** As in `12s` or `1m0s`, rounded up. */
function formatReset(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
