import type { Database } from './database.ts'

/** Millionths of a credit for a million tokens. */
export interface PriceRow {
  kind: 'model' | 'tier'
  name: string
  input: number
  /** Null is as much as for others. */
  cachedInput: number | null
  output: number
}

export interface PriceTable {
  /** Models before tiers, alphabetically within each. */
  all(): Promise<PriceRow[]>
  /** Replaces the price that is there. */
  put(row: PriceRow): Promise<void>
  remove(kind: PriceRow['kind'], name: string): Promise<void>
}

export function createPriceTable({ kysely }: Database): PriceTable {
  return {
    async all() {
      const rows = await kysely.selectFrom('prices').selectAll().orderBy('kind').orderBy('name').execute()
      return rows.map(({ kind, name, input, cached_input: cachedInput, output }) => ({
        kind,
        name,
        input,
        cachedInput,
        output,
      }))
    },
    async put({ cachedInput, ...row }) {
      await kysely
        .replaceInto('prices')
        .values({ ...row, cached_input: cachedInput })
        .execute()
    },
    async remove(kind, name) {
      await kysely.deleteFrom('prices').where('kind', '=', kind).where('name', '=', name).execute()
    },
  }
}
