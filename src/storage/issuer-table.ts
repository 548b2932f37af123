import type { Queries } from './transact.ts'

export interface IssuerRow {
  name: string
  /** `iss` of its JWTs. */
  issuer: string
  createdAt: string
  settings: StoredIssuerSettings
}

interface StoredIssuerSettings {
  audience: string[]
  jwks_url: string | null
  algorithms: string[]
  scope_claim: string
  grants: { value: string; scope: string }[]
  default_scopes: string[]
}

export interface IssuerTable {
  /** Oldest first. */
  all(): Promise<IssuerRow[]>
  insert(row: IssuerRow): Promise<void>
  /** Replaces the settings of the row of this name. */
  update(row: IssuerRow): Promise<void>
  remove(name: string): Promise<void>
}

export function createIssuerTable({ kysely }: Queries): IssuerTable {
  return {
    async all() {
      const rows = await kysely
        .selectFrom('issuers')
        .selectAll()
        .orderBy('created_at')
        .orderBy('name')
        .execute()
      return rows.map((row) => ({
        name: row.name,
        issuer: row.issuer,
        createdAt: row.created_at,
        settings: JSON.parse(row.settings),
      }))
    },
    async insert({ name, issuer, createdAt, settings }) {
      await kysely
        .insertInto('issuers')
        .values({ name, issuer, created_at: createdAt, settings: JSON.stringify(settings) })
        .execute()
    },
    async update({ name, settings }) {
      await kysely
        .updateTable('issuers')
        .set({ settings: JSON.stringify(settings) })
        .where('name', '=', name)
        .execute()
    },
    async remove(name) {
      await kysely.deleteFrom('issuers').where('name', '=', name).execute()
    },
  }
}
