import { LlmdError } from '../errors.ts'

const milliseconds: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * Reads `30s`, `10m`, `12h`, `90d`.
 * @returns milliseconds
 * @throws LlmdError `invalid_request`
 */
export function parseDuration(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? []
  if (count !== undefined && unit !== undefined) return Number(count) * milliseconds[unit]!
  throw new LlmdError('invalid_request', `${JSON.stringify(text)} is not a duration.`, {
    hint: 'Write a whole number and a unit: 30s, 10m, 12h or 90d.',
  })
}

/** As `parseDuration`, in seconds. */
export function readSeconds(text: string): number {
  return parseDuration(text) / 1000
}
