import type { Scope } from '../api/tokens.ts'
import type { Principal } from './token-store.ts'

/** Whoever needs no token for what these scopes allow. */
export function withoutToken(scopes: readonly Scope[]): Principal {
  return {
    tokenId: null,
    tokenName: null,
    scopes: new Set(scopes),
    deploymentId: null,
    models: null,
    limits: null,
  }
}
