import { hash } from 'node:crypto'
import type { Principal } from '../access/token-store.ts'
import { addIssuerSchema, type Issuer } from '../api/issuers.ts'
import type { IssuerRow, IssuerTable } from '../storage/issuer-table.ts'
import { createKeySet } from './create-key-set.ts'
import { fetchKeys, type FetchDocument, type IssuerKeys } from './fetch-keys.ts'
import { grantedScopes } from './granted-scopes.ts'
import { issuerExists, issuerKnown, issuerNotFound } from './issuer-refusals.ts'
import type { IssuerStore } from './issuer-store.ts'
import { judgeToken } from './judge-token.ts'
import type { KnownIssuer } from './known-issuer.ts'
import { rememberVerified } from './remember-verified.ts'
import { claimedIssuer } from './signed-token.ts'
import { userId } from './user-id.ts'
import { clockToleranceSeconds, rejected, unknownKey, verifyToken } from './verify-token.ts'

/** A JWT that was verified, as long as nothing of it has changed. */
interface Verified {
  principal: Principal
  issuer: KnownIssuer
  keys: IssuerKeys
  /** Milliseconds since 1970. */
  expiresAt: number
}

/** JWTs that need not be verified again. */
const mostVerified = 10_000

export interface IssuerStoreOptions {
  table: IssuerTable
  fetchDocument: FetchDocument
  /** The wall clock, in milliseconds since 1970. */
  now?: () => number
  /** Milliseconds of a clock that nobody sets. */
  uptime?: () => number
}

/** Issuers are held in memory; changes reach the table first. */
export async function createIssuerStore({
  table,
  fetchDocument,
  now = Date.now,
  uptime = () => performance.now(),
}: IssuerStoreOptions): Promise<IssuerStore> {
  const issuers = new Map<string, KnownIssuer>()
  const verified = rememberVerified<Verified>({ most: mostVerified })
  let lastChange: Promise<unknown> = Promise.resolve()

  for (const row of await table.all()) remember(row)

  function remember({ name, issuer, createdAt, settings: stored }: IssuerRow): KnownIssuer {
    const { name: _, issuer: __, ...settings } = addIssuerSchema.parse({ name, issuer, ...stored })
    const find = () => fetchKeys({ issuer, jwks_url: settings.jwks_url }, fetchDocument)
    const known = {
      name,
      issuer,
      createdAt,
      settings,
      keySet: createKeySet({ fetchKeys: find, now: uptime }),
    }
    issuers.set(name, known)
    return known
  }

  const find = (name: string): KnownIssuer => {
    const issuer = issuers.get(name)
    if (!issuer) throw issuerNotFound(name)
    return issuer
  }

  const findByUrl = (url: string | undefined) => issuers.values().find(({ issuer }) => issuer === url)

  const isCurrent = (issuer: KnownIssuer) => issuers.get(issuer.name) === issuer

  /** One change after another: each begins with what the one before has left. */
  function inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const turn = lastChange.then(change)
    lastChange = turn.catch(() => {})
    return turn
  }

  const holds = ({ issuer, keys, expiresAt }: Verified) =>
    expiresAt > now() && isCurrent(issuer) && issuer.keySet.current() === keys

  async function check(jwt: string, digest: string): Promise<Principal> {
    const issuer = findByUrl(claimedIssuer(jwt))
    if (!issuer) throw rejected('is of no issuer that llmd was told to trust')
    const { name, settings, keySet } = issuer
    const expected = { ...settings, issuer: issuer.issuer, now: now() }
    let keys = await keySet.load()
    let claims = await verifyToken(jwt, keys.find, expected)
    const newer = claims === null ? await keySet.renew(keys) : undefined
    if (newer) {
      keys = newer
      claims = await verifyToken(jwt, newer.find, expected)
    }
    if (claims === null) throw unknownKey()
    // It may have been changed or removed meanwhile.
    if (!isCurrent(issuer)) throw rejected('is of an issuer that was changed just now')
    const id = userId(name, claims.sub)
    const expiresAt = (claims.exp + clockToleranceSeconds) * 1000
    const principal: Principal = {
      tokenId: id,
      tokenName: id,
      scopes: new Set(grantedScopes(claims, settings)),
      deploymentId: null,
      models: null,
      limits: null,
      user: { id, isSignedIn: () => isCurrent(issuer) && expiresAt > now() },
    }
    verified.add(digest, { principal, issuer, keys, expiresAt })
    return principal
  }

  return {
    get any() {
      return issuers.size > 0
    },
    verify(jwt) {
      // The whole of it is what was verified, so the whole of it is hashed.
      const digest = hash('sha256', jwt)
      const known = verified.find(digest)
      if (known && holds(known)) return known.principal
      if (known) verified.delete(digest)
      return check(jwt, digest)
    },
    list: () => Array.from(issuers.values(), describe),
    get: (name) => describe(find(name)),
    add: (given) =>
      inTurn(async () => {
        const { name, issuer, ...settings } = addIssuerSchema.parse(given)
        if (issuers.has(name)) throw issuerExists(name)
        const other = findByUrl(issuer)
        if (other) throw issuerKnown(other.name)
        const row = { name, issuer, createdAt: new Date(now()).toISOString(), settings }
        await table.insert(row)
        return describe(remember(row))
      }),
    edit: (name, change) =>
      inTurn(async () => {
        const { issuer, createdAt, settings } = find(name)
        const row = { name, issuer, createdAt, settings: { ...settings, ...change } }
        await table.update(row)
        return describe(remember(row))
      }),
    remove: (name) =>
      inTurn(async () => {
        const issuer = find(name)
        await table.remove(name)
        issuers.delete(name)
        return describe(issuer)
      }),
    async test(name, { jwt }) {
      const issuer = find(name)
      const started = performance.now()
      const keys = await issuer.keySet.fetch()
      const ms = performance.now() - started
      const token = jwt === undefined ? null : await judgeToken(jwt, issuer, keys, now())
      return { jwks_url: keys.url, keys: keys.list, ms, token }
    },
  }
}

function describe({ name, issuer, createdAt, settings, keySet }: KnownIssuer): Issuer {
  return {
    name,
    issuer,
    ...settings,
    created_at: createdAt,
    keys: keySet.known?.list.length ?? null,
    keys_fetched_at: keySet.fetchedAt?.toISOString() ?? null,
    last_error: keySet.lastError?.message ?? null,
  }
}
