import type { IncomingHttpHeaders } from 'node:http'

const passedOn = new Set(['content-type', 'retry-after', 'retry-after-ms', 'openai-processing-ms'])

const mostRetryAfterMs = 60_000

/** Those of an upstream's headers that clients may see. */
export function headersToPassOn(headers: IncomingHttpHeaders): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined) continue
    if (name === 'x-request-id') passed['x-upstream-request-id'] = String(value)
    else if (passedOn.has(name) || /^(?:x|anthropic)-ratelimit-/.test(name)) passed[name] = String(value)
  }
  return passed
}

/**
 * How long an upstream asks to be left alone, in milliseconds: `retry-after-ms`, or `retry-after` in seconds, also with
 * a fraction, or as a date. At most a minute; null where nothing usable is said.
 */
export function readRetryAfter(headers: IncomingHttpHeaders, now: number): number | null {
  const wanted = milliseconds(headers['retry-after-ms'], 1) ?? milliseconds(headers['retry-after'], 1000)
  const date = /GMT/i.exec(headers['retry-after'] ?? '')?.input
  const ms = wanted ?? Date.parse(date ?? '') - now
  return Number.isNaN(ms) ? null : Math.min(Math.max(0, Math.ceil(ms)), mostRetryAfterMs)
}

function milliseconds(value: unknown, unit: number): number | null {
  return typeof value === 'string' && /^\s*\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) * unit : null
}
