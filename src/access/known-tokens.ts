import type { Scope } from '../api/tokens.ts'
import type { TokenLimits } from '../storage/token-table.ts'
import { hashTokenKey } from './token-key.ts'
import type { Principal } from './token-store.ts'

/** What it takes to verify the key of a token. */
export interface KnownToken {
  id: string
  name: string
  /** SHA-256 of the key, in hexadecimal digits. */
  hash: string
  scopes: Scope[]
  /** ISO 8601; null is never. */
  expiresAt: string | null
  deploymentId: string | null
  models: string[] | null
  limits: TokenLimits | null
}

/** Tells other processes which tokens there are. */
export interface TokenDirectory {
  /** Those that may be used. */
  known(): KnownToken[]
}

/** Verifies keys of these tokens, as the store does that they are from. */
export function createTokenVerifier(
  tokens: readonly KnownToken[],
  { now = Date.now }: { now?: () => number } = {},
): (key: string) => Principal | undefined {
  const byHash = new Map(
    tokens.map(({ id, name, hash, scopes, expiresAt, deploymentId, models, limits }) => [
      hash,
      {
        principal: {
          tokenId: id,
          tokenName: name,
          scopes: new Set(scopes),
          deploymentId,
          models: models && new Set(models),
          limits,
        },
        expiresAt: expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt),
      },
    ]),
  )
  return (key) => {
    const token = byHash.get(hashTokenKey(key)?.toString('hex') ?? '')
    return token && token.expiresAt > now() ? token.principal : undefined
  }
}
