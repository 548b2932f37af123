import type { Scope } from '../api/tokens.ts'
import { scopesDenied } from './token-refusals.ts'
import type { Principal } from './token-store.ts'

/** Nobody hands out what they lack. @throws LlmdError `permission_denied` */
export function requireScopes(scopes: readonly Scope[], { scopes: held }: Pick<Principal, 'scopes'>): void {
  const excess = scopes.filter((scope) => !held.has(scope))
  if (excess.length > 0) throw scopesDenied(excess)
}
