import type { Issuer, IssuerTest } from '../api/issuers.ts'
import { formatRelativeTime } from './format.ts'
import { safe } from './safe-text.ts'
import { formatPairs, formatTable } from './table.ts'

/** What its users may do, and by what. */
export function formatGrants({ grants, default_scopes }: Issuer): string {
  const all = [
    ...default_scopes.map((scope) => `all users=${scope}`),
    ...grants.map(({ value, scope }) => `${value}=${scope}`),
  ]
  return all.join(', ') || 'nothing'
}

/** Its keys, and what a JWT is worth if one was judged. */
export function formatIssuerTest({ jwks_url, keys, ms, token }: IssuerTest): string {
  const found = `${keys.length} ${keys.length === 1 ? 'key' : 'keys'} at ${safe(jwks_url)}, in ${Math.round(ms)} ms`
  const table = formatTable(
    ['KEY', 'TYPE', 'ALGORITHM'],
    keys.map(({ kid, type, algorithm }) => [kid ?? '-', type, algorithm ?? 'any']),
  )
  return [found, table, ...(token ? ['', formatJudgedToken(token)] : [])].join('\n')
}

function formatJudgedToken(token: NonNullable<IssuerTest['token']>): string {
  const { accepted, reason, user, scopes, claim_values: values, expires_at: end } = token
  if (!accepted) return `Not accepted. ${safe(reason ?? '')}`
  return formatPairs([
    ['User', user ?? '-'],
    ['Scopes', scopes.join(', ') || 'none: no value of the claim grants anything'],
    ['Claim', values.join(', ') || 'not there, or empty'],
    ['Expires', end === null ? '-' : formatRelativeTime(end)],
  ])
}
