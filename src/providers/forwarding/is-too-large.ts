/** What some say with a status that tells of their limits, or of the money that is left, when a smaller request would do. */
const words =
  /context_length_exceeded|maximum context length|request too large|fewer max_tokens|prompt tokens limit exceeded/i

const statuses = new Set([400, 402, 413, 429])

/**
 * Whether an upstream says no to the size of this one request, so that others may well be answered. With the limits
 * of all requests it is not mistaken: those tell when to come again, and not to come with less.
 */
export function isTooLarge(status: number, body: Buffer): boolean {
  return statuses.has(status) && (status === 413 || words.test(body.toString('latin1', 0, 4096)))
}
