import type { DaemonEvent } from '../../api/events.ts'

/** What went through the daemon in each of the last seconds, the last of them under way. */
export interface Traffic {
  /** The last second, as whole seconds of Date.now(). */
  readonly second: number
  readonly requests: readonly number[]
  readonly tokens: readonly number[]
}

const seconds = 600

/** What a rate is the mean of. */
const meanOver = 5

export function emptyTraffic(now: number): Traffic {
  const nothing = Array.from({ length: seconds }, () => 0)
  return { second: Math.floor(now / 1000), requests: nothing, tokens: nothing }
}

/** The same, with the seconds that have passed since. */
export function advanceTraffic(traffic: Traffic, now: number): Traffic {
  const second = Math.floor(now / 1000)
  const passed = Math.min(seconds, second - traffic.second)
  // A clock that was set back stands still until it is there again.
  if (passed <= 0) return traffic
  const move = (values: readonly number[]) => [
    ...values.slice(passed),
    ...Array.from({ length: passed }, () => 0),
  ]
  return { second, requests: move(traffic.requests), tokens: move(traffic.tokens) }
}

/** Counts requests as they end, and spreads what they wrote over the seconds in which they wrote it. */
export function countTraffic(traffic: Traffic, events: readonly DaemonEvent[], now: number): Traffic {
  const advanced = advanceTraffic(traffic, now)
  const finished = events.filter((event) => event.type === 'request.finished')
  if (finished.length === 0) return advanced
  const requests = [...advanced.requests]
  const tokens = [...advanced.tokens]
  requests[seconds - 1]! += finished.length
  for (const { ms, first_byte_ms = null, completion_tokens = null } of finished) {
    if (completion_tokens === null || completion_tokens === 0) continue
    const wrote = Math.min(seconds, Math.max(1, Math.ceil((ms - (first_byte_ms ?? 0)) / 1000)))
    for (let back = 1; back <= wrote; back += 1) tokens[seconds - back]! += completion_tokens / wrote
  }
  return { ...advanced, requests, tokens }
}

/** A second, over the last few whole ones. */
export function rateOf(values: readonly number[]): number {
  return values.slice(-meanOver - 1, -1).reduce((sum, value) => sum + value, 0) / meanOver
}
