import { sql } from 'kysely'
import type { Database } from './database.ts'

/** What a token may use of models; null is as much as it likes. Credits are in millionths. */
export interface TokenLimits {
  rpm: number | null
  tpm: number | null
  /** It may go on until all that it ever spent comes to this. */
  creditsUntil: number | null
  budget: { credits: number; per: 'day' | 'month' } | null
}

export interface TokenRow {
  id: string
  name: string
  /** SHA-256 of the key. */
  hash: Uint8Array
  masked: string
  scopes: string[]
  createdAt: string
  expiresAt: string | null
  revokedAt: string | null
  /** Id of the only one that it may use. */
  deployment: string | null
  /** Names of the only ones that it may use. */
  models: string[] | null
  limits: TokenLimits | null
  /** Id of the user of an issuer who made it; null for tokens that were made by others. */
  owner: string | null
}

export type TokenChange = Partial<
  Pick<TokenRow, 'name' | 'hash' | 'masked' | 'scopes' | 'expiresAt' | 'models' | 'limits'>
>

export interface TokenTable {
  /** Oldest first. */
  all(): Promise<TokenRow[]>
  insert(row: TokenRow): Promise<void>
  /** What is not named stays as it is; false where there is no such token, or it was revoked. */
  update(id: string, change: TokenChange): Promise<boolean>
  /** Keeps the time of an earlier revocation. */
  revoke(id: string, at: string): Promise<void>
  /** All that were not revoked before. */
  revokeOfDeployment(deployment: string, at: string): Promise<void>
  /** All whose owner begins like this, and that were not revoked before. */
  revokeOfOwners(prefix: string, at: string): Promise<void>
}

export function createTokenTable({ kysely }: Database): TokenTable {
  return {
    async all() {
      const rows = await kysely.selectFrom('tokens').selectAll().orderBy('created_at').orderBy('id').execute()
      return rows.map((row) => ({
        id: row.id,
        name: row.name,
        hash: row.hash,
        masked: row.masked,
        scopes: JSON.parse(row.scopes),
        createdAt: row.created_at,
        expiresAt: row.expires_at,
        revokedAt: row.revoked_at,
        deployment: row.deployment,
        models: row.models === null ? null : JSON.parse(row.models),
        limits: row.limits === null ? null : JSON.parse(row.limits),
        owner: row.owner,
      }))
    },
    async insert({ scopes, createdAt, expiresAt, revokedAt, models, limits, ...row }) {
      await kysely
        .insertInto('tokens')
        .values({
          ...row,
          scopes: JSON.stringify(scopes),
          created_at: createdAt,
          expires_at: expiresAt,
          revoked_at: revokedAt,
          models: toJson(models),
          limits: toJson(limits),
        })
        .execute()
    },
    async update(id, { scopes, expiresAt, models, limits, ...change }) {
      const result = await kysely
        .updateTable('tokens')
        .set({
          // An update sets something.
          id,
          ...change,
          ...(scopes && { scopes: JSON.stringify(scopes) }),
          ...(expiresAt !== undefined && { expires_at: expiresAt }),
          ...(models !== undefined && { models: toJson(models) }),
          ...(limits !== undefined && { limits: toJson(limits) }),
        })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirstOrThrow()
      return result.numUpdatedRows > 0n
    },
    async revoke(id, at) {
      await kysely
        .updateTable('tokens')
        .set({ revoked_at: at })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .execute()
    },
    async revokeOfDeployment(deployment, at) {
      await kysely
        .updateTable('tokens')
        .set({ revoked_at: at })
        .where('deployment', '=', deployment)
        .where('revoked_at', 'is', null)
        .execute()
    },
    async revokeOfOwners(prefix, at) {
      await kysely
        .updateTable('tokens')
        .set({ revoked_at: at })
        .where(sql<boolean>`substr(owner, 1, ${prefix.length}) = ${prefix}`)
        .where('revoked_at', 'is', null)
        .execute()
    },
  }
}

function toJson(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value)
}
