import { randomUUID } from 'node:crypto'
import { tokenTitle } from '../api/token-title.ts'
import type { CreatedToken, EditToken, RequestedToken, Scope, Token } from '../api/tokens.ts'
import type { TokenChange, TokenLimits, TokenRow, TokenTable } from '../storage/token-table.ts'
import { changeLimits } from './change-limits.ts'
import { describeToken, knownScopes } from './describe-token.ts'
import type { TokenDirectory } from './known-tokens.ts'
import { principalOf } from './principal-of.ts'
import { requireScopes } from './require-scopes.ts'
import { createSpending, type Spending } from './spending.ts'
import { createTokenKey, hashTokenKey, usualKeyPrefix } from './token-key.ts'
import {
  modelsAlone,
  tokenExists,
  tokenExpired,
  tokenNotFound,
  tokenRevoked,
  tooManyKeys,
  tooManyKeysToday,
} from './token-refusals.ts'

/** Who is asking, and what they may do. */
export interface Principal {
  /** The token they showed; null for whoever reached the Unix socket, which its file permissions guard. */
  tokenId: string | null
  tokenName: string | null
  scopes: ReadonlySet<Scope>
  /** The only deployment that they may use; null for all. */
  deploymentId: string | null
  /** The names of the only models that they may use; null for all. */
  models: ReadonlySet<string> | null
  /** How much of them; null for as much as they like. */
  limits: TokenLimits | null
  /** Whom an issuer vouches for, in place of a token; their id stands where a token's id and name do. */
  user?: User
}

/** Who signed in elsewhere. */
interface User {
  id: string
  /** Whether what they showed may still be used. No I/O. */
  isSignedIn: () => boolean
}

type Named = 'name' | 'scopes' | 'expires_at'

/** What is not named is not limited. */
type NewToken = Pick<RequestedToken, Named> & Partial<Omit<RequestedToken, Named>> & { owner?: string }

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
   * @throws LlmdError `permission_denied` for a scope the maker lacks, `token_exists` for a live token's name: each owner
   * has names of their own; `too_many_keys` for an owner who has 100 live tokens, or has made 200 within a day
   */
  create(token: NewToken, maker: Principal): Promise<CreatedToken>
  /**
   * Holds at once.
   * @throws LlmdError `token_not_found`, `token_exists`, `permission_denied` for a new scope that the editor lacks,
   * `invalid_request` for a token that was revoked, and for scopes that keys of a deployment cannot have
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
  /** All tokens of a deployment, for it has ended. Takes effect at once; returns those that were live or had expired. */
  revokeOfDeployment(deployment: string): Promise<Token[]>
  /** All tokens of owners whose ids begin like this. Takes effect at once. */
  revokeOfOwners(prefix: string): Promise<void>
}

export interface TokenStoreOptions {
  table: TokenTable
  /** What they have spent; nothing where absent. */
  spending?: Spending
  /** What new keys begin with. Asked for at each of them. */
  keyPrefix?: () => string
  /** The wall clock, in milliseconds since 1970. */
  now?: () => number
}

/** Live tokens of one owner. */
const mostOwned = 100
/** Tokens that one owner makes within a day, for those that were revoked are kept. */
const mostMade = 200
const dayMs = 86_400_000

/** Every token is held in memory, so that a request costs no query; changes reach the table first. */
export async function createTokenStore({
  table,
  spending = createSpending(),
  keyPrefix = () => usualKeyPrefix,
  now = Date.now,
}: TokenStoreOptions): Promise<TokenStore & TokenDirectory> {
  const rows = new Map<string, TokenRow>()
  const idsByHash = new Map<string, string>()
  const principals = new Map<string, Principal>()
  const beingGiven = new Set<{ name: string; owner: string | null; to: object }>()

  for (const row of await table.all()) remember(row)

  function remember(row: TokenRow) {
    rows.set(row.id, row)
    idsByHash.set(hex(row.hash), row.id)
  }

  /** After it is in the table. */
  function apply(row: TokenRow, change: TokenChange) {
    if (change.hash) idsByHash.delete(hex(row.hash))
    Object.assign(row, change)
    if (change.hash) idsByHash.set(hex(row.hash), row.id)
    principals.delete(row.id)
  }

  const describe = (row: TokenRow) => describeToken(row, spending)

  const isLive = ({ revokedAt, expiresAt }: TokenRow) =>
    revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > now())

  /** Among those of one owner. What is said of a name without an owner is said of tokens that have none. */
  const findLive = (name: string, owner: string | null = null) =>
    [...rows.values()].find((row) => row.name === name && row.owner === owner && isLive(row))

  const find = (idOrName: string): TokenRow => {
    const row = rows.get(idOrName) ?? findLive(idOrName)
    if (!row) throw tokenNotFound(idOrName)
    return row
  }

  /** While a name is being written, nobody else is given it. */
  async function givingName<Result>(
    { name, owner, to }: { name: string; owner: string | null; to: object },
    give: () => Promise<Result>,
  ): Promise<Result> {
    const holder = findLive(name, owner) ?? to
    const isTaken = [...beingGiven].some(
      (other) => other.name === name && other.owner === owner && other.to !== to,
    )
    if (isTaken || holder !== to) throw tokenExists(name)
    const gift = { name, owner, to }
    beingGiven.add(gift)
    try {
      return await give()
    } finally {
      beingGiven.delete(gift)
    }
  }

  /** Also counts those that are being made. */
  function requireRoom(owner: string): void {
    const owned = [...rows.values()].filter((row) => row.owner === owner)
    const beingMade = [...beingGiven].filter((gift) => gift.owner === owner).length
    if (owned.filter(isLive).length + beingMade >= mostOwned) throw tooManyKeys(mostOwned)
    const ofToday = owned.filter(({ createdAt }) => Date.parse(createdAt) > now() - dayMs)
    if (ofToday.length + beingMade >= mostMade) throw tooManyKeysToday(mostMade)
  }

  return {
    verify(key) {
      const hash = hashTokenKey(key)
      const row = hash && rows.get(idsByHash.get(hex(hash)) ?? '')
      if (!row || !isLive(row)) return undefined
      const known = principals.get(row.id)
      if (known) return known
      const principal = principalOf(row)
      principals.set(row.id, principal)
      return principal
    },

    watch(id) {
      const row = rows.get(id)
      const masked = row?.masked
      return () => row !== undefined && isLive(row) && row.masked === masked
    },

    list: () => Array.from(rows.values(), describe),
    get: (idOrName) => describe(find(idOrName)),

    known: () =>
      [...rows.values()].filter(isLive).map(({ hash, deployment, ...row }) => ({
        id: row.id,
        name: tokenTitle(row),
        hash: hex(hash),
        scopes: knownScopes(row),
        expiresAt: row.expiresAt,
        deploymentId: deployment,
        models: row.models,
        limits: row.limits,
      })),

    async create(token, maker) {
      const { name, scopes, expires_at, deployment = null, models = null, owner = null, ...limits } = token
      requireScopes(scopes, maker)
      if (owner !== null) requireRoom(owner)
      return givingName({ name, owner, to: {} }, async () => {
        const { key, masked, hash } = createTokenKey(keyPrefix())
        const row: TokenRow = {
          id: randomUUID(),
          name,
          hash,
          masked,
          scopes,
          createdAt: new Date(now()).toISOString(),
          expiresAt: expires_at,
          revokedAt: null,
          deployment,
          models,
          limits: changeLimits(null, limits, 0),
          owner,
        }
        await table.insert(row)
        remember(row)
        return { ...describe(row), key }
      })
    },

    async edit(idOrName, change, editor) {
      const row = find(idOrName)
      if (row.revokedAt !== null) throw tokenRevoked(row)
      const { name, scopes, expires_at: expiresAt, models, ...limits } = change
      const known = knownScopes(row)
      if (row.deployment !== null && scopes?.some((scope) => scope !== 'llm-all')) throw modelsAlone()
      requireScopes(scopes?.filter((scope) => !known.includes(scope)) ?? [], editor)
      // Also the name that it has: a token that had expired may have lost it to another.
      return givingName({ name: name ?? row.name, owner: row.owner, to: row }, async () => {
        const stored: TokenChange = {
          ...(name !== undefined && { name }),
          ...(scopes && { scopes }),
          ...(expiresAt !== undefined && { expiresAt }),
          ...(models !== undefined && { models }),
          ...(Object.keys(limits).length > 0 && {
            limits: changeLimits(row.limits, limits, spending.total(row.id)),
          }),
        }
        if (!(await table.update(row.id, stored))) throw tokenRevoked(row)
        apply(row, stored)
        return describe(row)
      })
    },

    async rotate(idOrName, asker) {
      const row = find(idOrName)
      if (row.revokedAt !== null) throw tokenRevoked(row)
      if (!isLive(row)) throw tokenExpired(row)
      requireScopes(knownScopes(row), asker)
      const { key, masked, hash } = createTokenKey(keyPrefix())
      if (!(await table.update(row.id, { hash, masked }))) throw tokenRevoked(row)
      apply(row, { hash, masked })
      return { ...describe(row), key }
    },

    async revoke(idOrName) {
      const row = find(idOrName)
      if (row.revokedAt === null) {
        const at = new Date(now()).toISOString()
        await table.revoke(row.id, at)
        // Another call may have been first; the table kept its time too.
        row.revokedAt ??= at
      }
      return describe(row)
    },

    async revokeOfDeployment(deployment) {
      const ended = [...rows.values()].filter(
        (row) => row.deployment === deployment && row.revokedAt === null,
      )
      const at = new Date(now()).toISOString()
      await table.revokeOfDeployment(deployment, at)
      for (const row of ended) row.revokedAt ??= at
      return ended.map(describe)
    },

    async revokeOfOwners(prefix) {
      const at = new Date(now()).toISOString()
      await table.revokeOfOwners(prefix, at)
      for (const row of rows.values()) if (row.owner?.startsWith(prefix)) row.revokedAt ??= at
    },
  }
}

const hex = (hash: Uint8Array) => Buffer.from(hash).toString('hex')
