import { randomUUID } from 'node:crypto'
import { scopeSchema, type CreatedToken, type EditToken, type Scope, type Token } from '../api/tokens.ts'
import type { TokenTable } from '../storage/token-table.ts'
import type { TokenDirectory } from './known-tokens.ts'
import { createTokenKey, hashTokenKey } from './token-key.ts'
import { scopesDenied, tokenExists, tokenExpired, tokenNotFound, tokenRevoked } from './token-refusals.ts'

/** Who is asking, and what they may do. */
export interface Principal {
  /** The token they showed; null for whoever reached the Unix socket, which its file permissions guard. */
  tokenId: string | null
  tokenName: string | null
  scopes: ReadonlySet<Scope>
}

interface NewToken {
  name: string
  scopes: Scope[]
  expires_at: string | null
}

export interface TokenStore {
  /** Whose key it is; undefined for one that is malformed, unknown, revoked or expired. No I/O. */
  verify(key: string): Principal | undefined
  /** For whom the token of this id let in: whether the key that it has now may still be used later. No I/O. */
  watch(id: string): () => boolean
  /** Oldest first. */
  list(): Token[]
  /** By id, or by the name of a live token. @throws LlmdError `token_not_found` */
  get(idOrName: string): Token
  /**
   * The answer alone holds the secret. Durable when it resolves.
   * @throws LlmdError `permission_denied` for a scope the maker lacks, `token_exists` for a live token's name
   */
  create(token: NewToken, maker: Principal): Promise<CreatedToken>
  /**
   * Holds at once.
   * @throws LlmdError `token_not_found`, `token_exists`, `permission_denied` for a new scope that the editor lacks,
   * `invalid_request` for a token that was revoked
   */
  edit(idOrName: string, change: EditToken, editor: Principal): Promise<Token>
  /**
   * Gives the token another key; the one that it had is refused at once. The answer alone holds the new one.
   * @throws LlmdError `token_not_found`, `permission_denied` for a token with a scope that the asker lacks,
   * `invalid_request` for one that was revoked or has expired
   */
  rotate(idOrName: string, asker: Principal): Promise<CreatedToken>
  /**
   * By id, or by the name of a live token. Takes effect at once; again, it changes nothing.
   * @throws LlmdError `token_not_found`
   */
  revoke(idOrName: string): Promise<Token>
}

export interface TokenStoreOptions {
  table: TokenTable
  /** The wall clock, in milliseconds since 1970. */
  now?: () => number
}

/** Every token is held in memory, so that a request costs no query; changes reach the table first. */
export async function createTokenStore({
  table,
  now = Date.now,
}: TokenStoreOptions): Promise<TokenStore & TokenDirectory> {
  const tokens = new Map<string, Token>()
  const idsByHash = new Map<string, string>()
  const beingGiven = new Set<{ name: string; owner: object }>()

  for (const row of await table.all()) {
    remember(row.hash, {
      id: row.id,
      name: row.name,
      masked: row.masked,
      // A scope that this program does not know grants nothing.
      scopes: scopeSchema.options.filter((scope) => row.scopes.includes(scope)),
      created_at: row.createdAt,
      expires_at: row.expiresAt,
      revoked_at: row.revokedAt,
    })
  }

  function remember(hash: Uint8Array, token: Token) {
    tokens.set(token.id, token)
    idsByHash.set(Buffer.from(hash).toString('hex'), token.id)
  }

  const isLive = ({ revoked_at, expires_at }: Token) =>
    revoked_at === null && (expires_at === null || Date.parse(expires_at) > now())

  const findLive = (name: string) =>
    [...tokens.values()].find((token) => token.name === name && isLive(token))

  const find = (idOrName: string): Token => {
    const token = tokens.get(idOrName) ?? findLive(idOrName)
    if (!token) throw tokenNotFound(idOrName)
    return token
  }

  /** While a name is being written, nobody else is given it. */
  async function givingName<Result>(
    name: string,
    owner: object,
    give: () => Promise<Result>,
  ): Promise<Result> {
    const holder = findLive(name) ?? owner
    const isTaken = [...beingGiven].some((other) => other.name === name && other.owner !== owner)
    if (isTaken || holder !== owner) throw tokenExists(name)
    const gift = { name, owner }
    beingGiven.add(gift)
    try {
      return await give()
    } finally {
      beingGiven.delete(gift)
    }
  }

  return {
    verify(key) {
      const hash = hashTokenKey(key)
      const token = hash && tokens.get(idsByHash.get(hash.toString('hex')) ?? '')
      if (!token || !isLive(token)) return undefined
      return { tokenId: token.id, tokenName: token.name, scopes: new Set(token.scopes) }
    },

    watch(id) {
      const token = tokens.get(id)
      const masked = token?.masked
      return () => token !== undefined && isLive(token) && token.masked === masked
    },

    list: () => Array.from(tokens.values(), (token) => ({ ...token })),
    get: (idOrName) => ({ ...find(idOrName) }),

    known: () =>
      [...idsByHash].flatMap(([hash, id]) => {
        const token = tokens.get(id)
        if (!token || !isLive(token)) return []
        return { id, name: token.name, hash, scopes: token.scopes, expiresAt: token.expires_at }
      }),

    async create({ name, scopes, expires_at }, maker) {
      requireScopes(scopes, maker)
      return givingName(name, {}, async () => {
        const { key, masked, hash } = createTokenKey()
        const createdAt = new Date(now()).toISOString()
        const id = randomUUID()
        await table.insert({
          id,
          name,
          hash,
          masked,
          scopes,
          createdAt,
          expiresAt: expires_at,
          revokedAt: null,
        })
        const token: Token = { id, name, masked, scopes, created_at: createdAt, expires_at, revoked_at: null }
        remember(hash, token)
        return { ...token, key }
      })
    },

    async edit(idOrName, change, editor) {
      const token = find(idOrName)
      if (token.revoked_at !== null) throw tokenRevoked(token)
      const { scopes = [], expires_at: expiresAt } = change
      requireScopes(
        scopes.filter((scope) => !token.scopes.includes(scope)),
        editor,
      )
      // Also the name that it has: a token that had expired may have lost it to another.
      return givingName(change.name ?? token.name, token, async () => {
        const { expires_at: _, ...others } = change
        const stored = { ...others, ...(expiresAt !== undefined && { expiresAt }) }
        if (!(await table.update(token.id, stored))) throw tokenRevoked(token)
        return { ...Object.assign(token, change) }
      })
    },

    async rotate(idOrName, asker) {
      const token = find(idOrName)
      if (token.revoked_at !== null) throw tokenRevoked(token)
      if (!isLive(token)) throw tokenExpired(token)
      requireScopes(token.scopes, asker)
      const { key, masked, hash } = createTokenKey()
      if (!(await table.update(token.id, { hash, masked }))) throw tokenRevoked(token)
      for (const [known, id] of idsByHash) if (id === token.id) idsByHash.delete(known)
      token.masked = masked
      remember(hash, token)
      return { ...token, key }
    },

    async revoke(idOrName) {
      const token = find(idOrName)
      if (token.revoked_at === null) {
        const at = new Date(now()).toISOString()
        await table.revoke(token.id, at)
        // Another call may have been first; the table kept its time too.
        token.revoked_at ??= at
      }
      return { ...token }
    },
  }
}

function requireScopes(scopes: readonly Scope[], principal: Principal): void {
  const excess = scopes.filter((scope) => !principal.scopes.has(scope))
  if (excess.length > 0) throw scopesDenied(excess)
}
