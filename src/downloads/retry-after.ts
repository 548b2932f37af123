const longestMs = 600_000

/** What `Retry-After` asks for, as seconds or as a date; 0 where it says nothing, ten minutes at most. */
export function retryAfterMs(header: string | undefined, now: number = Date.now()): number {
  if (header === undefined) return 0
  const ms = /^\d+(\.\d+)?$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestMs) : 0
}
