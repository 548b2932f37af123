import { LlmdError } from '../errors.ts'
import type { Queries } from './transact.ts'

export interface ProviderRow {
  name: string
  preset: string | null
  createdAt: string
  format: string
  baseUrl: string
  prefix: string | null
  /** The provider's own ids of the models that were selected. */
  models: string[]
  allModels: boolean
  options: StoredProviderOptions
  /** As the vault encrypted it. */
  key: string | null
  /** What the provider listed, where all of its models are served; null before the first list. */
  discovered: { models: string[]; at: string } | null
}

interface StoredProviderOptions {
  headers: Record<string, string>
  organization: string | null
  project: string | null
  proxy: string | null
  caFile: string | null
  socket: string | null
  allowPrivate: boolean
}

export interface ProviderTable {
  /** Oldest first. */
  all(): Promise<ProviderRow[]>
  /** @throws LlmdError `provider_exists` */
  insert(row: ProviderRow): Promise<void>
  /** Replaces the row of this name; false when there was none. */
  update(row: ProviderRow): Promise<boolean>
  /** False when there was none. */
  setKey(name: string, key: string): Promise<boolean>
  /** False when there was none. */
  remove(name: string): Promise<boolean>
}

export function createProviderTable({ kysely }: Queries): ProviderTable {
  return {
    async all() {
      const rows = await kysely
        .selectFrom('providers')
        .selectAll()
        .orderBy('created_at')
        .orderBy('name')
        .execute()
      return rows.map((row) => ({
        name: row.name,
        preset: row.preset,
        createdAt: row.created_at,
        format: row.format,
        baseUrl: row.base_url,
        prefix: row.prefix,
        models: JSON.parse(row.models),
        allModels: row.all_models === 1,
        options: JSON.parse(row.options),
        key: row.key,
        discovered: JSON.parse(row.discovered),
      }))
    },
    async insert(row) {
      const result = await kysely
        .insertInto('providers')
        .values(columnsOf(row))
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirstOrThrow()
      if (result.numInsertedOrUpdatedRows === 0n) {
        throw new LlmdError('provider_exists', `There is a provider called ${row.name} already.`, {
          hint: 'Choose another name, or change that provider.',
          param: 'name',
        })
      }
    },
    async update(row) {
      const result = await kysely
        .updateTable('providers')
        .set(columnsOf(row))
        .where('name', '=', row.name)
        .executeTakeFirstOrThrow()
      return result.numUpdatedRows > 0n
    },
    async setKey(name, key) {
      const result = await kysely
        .updateTable('providers')
        .set({ key })
        .where('name', '=', name)
        .executeTakeFirstOrThrow()
      return result.numUpdatedRows > 0n
    },
    async remove(name) {
      const result = await kysely.deleteFrom('providers').where('name', '=', name).executeTakeFirstOrThrow()
      return result.numDeletedRows > 0n
    },
  }
}

function columnsOf(row: ProviderRow) {
  return {
    name: row.name,
    preset: row.preset,
    created_at: row.createdAt,
    format: row.format,
    base_url: row.baseUrl,
    prefix: row.prefix,
    models: JSON.stringify(row.models),
    all_models: row.allModels ? 1 : 0,
    options: JSON.stringify(row.options),
    key: row.key,
    discovered: JSON.stringify(row.discovered),
  }
}
