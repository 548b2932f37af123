import type { RequestDefaults } from '../../chat/request-defaults.ts'

/** Names of the one limit to how long an answer gets. */
const limits: readonly string[] = ['max_tokens', 'max_completion_tokens', 'max_output_tokens']

/**
 * Puts default parameters into a body that does not say them; null is what clients send for what they leave to the
 * server. Returns the body itself where nothing was put in.
 * @param format.limits Names that the format has for the longest answer, the usual one first
 * @param format.takes Whether the format has this parameter, with a value of this kind
 */
export function fillParameters(
  body: Record<string, unknown>,
  { temperature, topP, params = {} }: RequestDefaults,
  format: { limits: readonly [string, ...string[]]; takes: (name: string, value: unknown) => boolean },
): Record<string, unknown> {
  const added: Record<string, unknown> = {}
  const isSaid = (name: string) => (body[name] ?? added[name] ?? null) !== null
  for (const [given, value] of Object.entries({ temperature, top_p: topP, ...params })) {
    const isLimit = limits.includes(given)
    const name = isLimit && !format.limits.includes(given) ? format.limits[0] : given
    if (value === undefined || !format.takes(name, value)) continue
    if (isLimit ? limits.some(isSaid) : isSaid(name)) continue
    added[name] = value
  }
  return Object.keys(added).length > 0 ? { ...body, ...added } : body
}
