import type { Database } from './database.ts'

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
}

export interface TokenTable {
  /** Oldest first. */
  all(): Promise<TokenRow[]>
  insert(row: TokenRow): Promise<void>
  /** What is not named stays as it is; false where there is no such token, or it was revoked. */
  update(
    id: string,
    change: Partial<Pick<TokenRow, 'name' | 'hash' | 'masked' | 'scopes' | 'expiresAt'>>,
  ): Promise<boolean>
  /** Keeps the time of an earlier revocation. */
  revoke(id: string, at: string): Promise<void>
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
      }))
    },
    async insert({ scopes, createdAt, expiresAt, revokedAt, ...row }) {
      await kysely
        .insertInto('tokens')
        .values({
          ...row,
          scopes: JSON.stringify(scopes),
          created_at: createdAt,
          expires_at: expiresAt,
          revoked_at: revokedAt,
        })
        .execute()
    },
    async update(id, { scopes, expiresAt, ...change }) {
      const result = await kysely
        .updateTable('tokens')
        .set({
          // An update sets something.
          id,
          ...change,
          ...(scopes && { scopes: JSON.stringify(scopes) }),
          ...(expiresAt !== undefined && { expires_at: expiresAt }),
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
  }
}
