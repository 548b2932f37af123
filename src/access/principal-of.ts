import type { TokenRow } from '../storage/token-table.ts'
import { knownScopes } from './describe-token.ts'
import { tokenTitle } from '../api/token-title.ts'
import type { Principal } from './token-store.ts'

/** Who shows this token, and what they may do. */
export function principalOf(row: TokenRow): Principal {
  return {
    tokenId: row.id,
    tokenName: tokenTitle(row),
    scopes: new Set(knownScopes(row)),
    deploymentId: row.deployment,
    models: row.models && new Set(row.models),
    limits: row.limits,
  }
}
