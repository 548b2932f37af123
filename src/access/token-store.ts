import { randomUUID } from 'node:crypto'
import { scopeSchema, type CreatedToken, type Scope, type Token } from '../api/tokens.ts'
import { LlmdError } from '../errors.ts'
import type { TokenTable } from '../storage/token-table.ts'
import type { TokenDirectory } from './known-tokens.ts'
import { createTokenKey, hashTokenKey } from './token-key.ts'

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
  /** Whether the token of this id may still be used. No I/O. */
  isLive(id: string): boolean
  /** Oldest first. */
  list(): Token[]
  /**
   * The answer alone holds the secret. Durable when it resolves.
   * @throws LlmdError `permission_denied` for a scope the maker lacks, `token_exists` for a live token's name
   */
  create(token: NewToken, maker: Principal): Promise<CreatedToken>
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
  const namesBeingCreated = new Set<string>()

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

  return {
    verify(key) {
      const hash = hashTokenKey(key)
      const token = hash && tokens.get(idsByHash.get(hash.toString('hex')) ?? '')
      if (!token || !isLive(token)) return undefined
      return { tokenId: token.id, tokenName: token.name, scopes: new Set(token.scopes) }
    },

    isLive(id) {
      const token = tokens.get(id)
      return token !== undefined && isLive(token)
    },

    list: () => Array.from(tokens.values(), (token) => ({ ...token })),

    known: () =>
      [...idsByHash].flatMap(([hash, id]) => {
        const token = tokens.get(id)
        if (!token || !isLive(token)) return []
        return { id, name: token.name, hash, scopes: token.scopes, expiresAt: token.expires_at }
      }),

    async create({ name, scopes, expires_at }, maker) {
      const excess = scopes.filter((scope) => !maker.scopes.has(scope))
      if (excess.length > 0) throw scopesDenied(excess)
      if (namesBeingCreated.has(name) || findLive(name)) throw tokenExists(name)
      namesBeingCreated.add(name)
      try {
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
      } finally {
        namesBeingCreated.delete(name)
      }
    },

    async revoke(idOrName) {
      const token = tokens.get(idOrName) ?? findLive(idOrName)
      if (!token) throw tokenNotFound(idOrName)
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

function scopesDenied(scopes: Scope[]): LlmdError {
  return new LlmdError('permission_denied', `You cannot hand out a scope you lack: ${scopes.join(', ')}.`, {
    hint: 'Leave it out, or use a token that has it.',
    param: 'scopes',
  })
}

function tokenExists(name: string): LlmdError {
  return new LlmdError('token_exists', `There is a token called ${name} already.`, {
    hint: 'Choose another name, or revoke that token first.',
    param: 'name',
  })
}

function tokenNotFound(idOrName: string): LlmdError {
  return new LlmdError(
    'token_not_found',
    `There is no token with the id, and no live one with the name, ${idOrName}.`,
    {
      hint: 'List the tokens to see their ids and names.',
    },
  )
}
