import type { CreatedToken, Token } from '../api/tokens.ts'
import { formatRelativeTime } from './format.ts'
import { tokenLimitPairs } from './format-token-limits.ts'
import { formatPairs } from './table.ts'

/** All there is to know of a token, a line each; its key only where it was just made. */
export function formatToken(token: Token | CreatedToken): string {
  return formatPairs([
    ['Name', token.name],
    ['Id', token.id],
    'key' in token ? ['Key', token.key] : ['Token', token.masked],
    ['Scopes', token.scopes.join(', ')],
    ...(token.owner === null ? [] : ([['Made by', token.owner]] satisfies [string, string][])),
    ...(token.deployment === null ? [] : ([['Deployment', token.deployment]] satisfies [string, string][])),
    ['Created', formatRelativeTime(token.created_at)],
    ['Expires', formatTokenEnd(token)],
    ...tokenLimitPairs(token),
  ])
}

/** The end of a key, which is what tells keys apart, as in `…c0ffee`: a column has no room for all of the mask. */
export function keyTail(masked: string): string {
  return `…${masked.slice(masked.lastIndexOf('-') + 1)}`
}

/** As in `never`, `in 90 days`, `expired` or `revoked`. */
export function formatTokenEnd({ revoked_at, expires_at }: Token, now = Date.now()): string {
  if (revoked_at !== null) return 'revoked'
  if (expires_at === null) return 'never'
  return Date.parse(expires_at) <= now ? 'expired' : formatRelativeTime(expires_at, now)
}
