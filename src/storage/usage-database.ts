import type { Kysely } from 'kysely'
import { openSqlite, type SqliteDatabase } from './open-sqlite.ts'
import type { Migration } from './migrations.ts'

/** One row an answered request. Times are ISO 8601 in UTC, durations in milliseconds. */
export interface UsageSchema {
  requests: {
    id: string
    started_at: string
    token: string | null
    /** As the client named it. */
    model: string
    /** What answered: the name of a local model, or the provider's id of its. Null where nothing did. */
    target: string | null
    provider: string | null
    path: string
    status: number
    /** Code of what went wrong. */
    code: string | null
    prompt_tokens: number
    /** Part of prompt_tokens. */
    cached_tokens: number
    completion_tokens: number
    /** Part of completion_tokens. */
    reasoning_tokens: number
    attempts: number
    first_byte_ms: number | null
    ms: number
  }
}

/** May lose its last second in a power cut, so that counting costs next to nothing. */
export type UsageDatabase = SqliteDatabase<UsageSchema>

/** Only the holder of the data lock may. @throws LlmdError `data_corrupt`, `data_too_new` */
export function openUsageDatabase(file: string): Promise<UsageDatabase> {
  return openSqlite<UsageSchema>(file, { migrations: [createRequests], synchronous: 'NORMAL' })
}

const createRequests: Migration = async (database: Kysely<unknown>) => {
  await database.schema
    .createTable('requests')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('started_at', 'text', (column) => column.notNull())
    .addColumn('token', 'text')
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('target', 'text')
    .addColumn('provider', 'text')
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('status', 'integer', (column) => column.notNull())
    .addColumn('code', 'text')
    .addColumn('prompt_tokens', 'integer', (column) => column.notNull())
    .addColumn('cached_tokens', 'integer', (column) => column.notNull())
    .addColumn('completion_tokens', 'integer', (column) => column.notNull())
    .addColumn('reasoning_tokens', 'integer', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('first_byte_ms', 'real')
    .addColumn('ms', 'real', (column) => column.notNull())
    .execute()
  await database.schema.createIndex('requests_by_time').on('requests').column('started_at').execute()
}
