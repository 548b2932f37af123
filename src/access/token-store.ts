import type { CreatedToken, Scope, Token } from '../api/tokens.ts'

/** Who is asking, and what they may do. */
export interface Principal {
  /** The token they showed; null for whoever reached the Unix socket, which its file permissions guard. */
  tokenId: string | null
  scopes: ReadonlySet<Scope>
}

export interface NewToken {
  name: string
  scopes: Scope[]
  expires_at: string | null
}

export interface TokenStore {
  /** Whose key it is; undefined for one that is malformed, unknown, revoked or expired. No I/O. */
  verify(key: string): Principal | undefined
  list(): Token[]
  /**
   * The answer alone holds the secret. Durable when it resolves.
   * @throws LlmdError `permission_denied` for a scope the maker lacks, `token_exists` for a live token's name
   */
  create(token: NewToken, maker: Principal): Promise<CreatedToken>
  /** By id, or by the name of a live token. Takes effect at once. @throws LlmdError `token_not_found` */
  revoke(idOrName: string): Promise<Token>
}
