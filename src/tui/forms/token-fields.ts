import type { Scope, Token } from '../../api/tokens.ts'
import { parseDuration } from '../../cli/duration.ts'
import { LlmdError } from '../../errors.ts'
import type { Field, Values } from '../contract.ts'

const scopes: readonly Scope[] = ['llm-all', 'admin', 'metrics']

/** What a token may do, a switch for each. What is wrong with all of them is told at the first. */
export const scopeFields: readonly Field[] = [
  {
    name: 'llm-all',
    label: 'Call models',
    kind: 'switch',
    path: 'scopes',
    hint: 'llm-all: everything below /v1.',
  },
  {
    name: 'admin',
    label: 'Manage llmd',
    kind: 'switch',
    hint: 'admin: everything below /llmd/v1, and so all that this program can do.',
  },
  { name: 'metrics', label: 'Read metrics', kind: 'switch', hint: 'metrics: what the daemon counts.' },
]

export function scopeValues(token: Pick<Token, 'scopes'>): Values {
  return Object.fromEntries(scopes.map((scope) => [scope, token.scopes.includes(scope) ? 'yes' : 'no']))
}

export function readScopes(values: Values): Scope[] {
  return scopes.filter((scope) => values[scope] === 'yes')
}

/** The moment that so much time from now is; null for never. @throws LlmdError for what is no duration */
export function readEnd(text: string): string | null {
  if (text === 'never') return null
  try {
    return new Date(Date.now() + parseDuration(text)).toISOString()
  } catch {
    throw new LlmdError('invalid_request', 'Write it as 12h or 90d, or never.', { param: 'expires_at' })
  }
}
