import { sql, type Kysely } from 'kysely'
import type { DiskRoom } from './disk-room.ts'
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
    /** What it cost, in millionths of a credit. */
    micro_credits: number
  }
  /** What the requests cost that a token began on a day, whether they are still kept one by one or not. */
  spending: {
    token: string
    /** In UTC. */
    date: string
    micro_credits: number
  }
  /** Sums of requests that are kept one by one no longer. An empty text stands for null. */
  days: {
    /** In UTC, as in `2026-01-31`. */
    date: string
    token: string
    model: string
    target: string
    provider: string
    /** First digit of the status. */
    status_class: number
    requests: number
    errors: number
    prompt_tokens: number
    cached_tokens: number
    completion_tokens: number
    reasoning_tokens: number
    /** Of so many of the requests something came. */
    first_bytes: number
    first_byte_ms: number
    ms: number
    micro_credits: number
  }
}

/** May lose its last second in a power cut, so that counting costs next to nothing. */
export type UsageDatabase = SqliteDatabase<UsageSchema>

/** In order; a database records how many of them it has seen. */
export const usageMigrations: readonly Migration[] = [createRequests, createDays, addCredits]

/**
 * Only the holder of the data lock may. `UsageThread` has to do the checkpoints: here they come only when the log has
 * grown far beyond what that lets it.
 * @throws LlmdError `data_corrupt`, `data_too_new`
 */
export function openUsageDatabase(file: string, room?: DiskRoom): Promise<UsageDatabase> {
  return openSqlite<UsageSchema>(file, {
    migrations: usageMigrations,
    synchronous: 'NORMAL',
    logPages: 20_000,
    room,
  })
}

async function createRequests(database: Kysely<unknown>): Promise<void> {
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

async function createDays(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('days')
    .addColumn('date', 'text', (column) => column.notNull())
    .addColumn('token', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('provider', 'text', (column) => column.notNull())
    .addColumn('status_class', 'integer', (column) => column.notNull())
    .addColumn('requests', 'integer', (column) => column.notNull())
    .addColumn('errors', 'integer', (column) => column.notNull())
    .addColumn('prompt_tokens', 'integer', (column) => column.notNull())
    .addColumn('cached_tokens', 'integer', (column) => column.notNull())
    .addColumn('completion_tokens', 'integer', (column) => column.notNull())
    .addColumn('reasoning_tokens', 'integer', (column) => column.notNull())
    .addColumn('first_bytes', 'integer', (column) => column.notNull())
    .addColumn('first_byte_ms', 'real', (column) => column.notNull())
    .addColumn('ms', 'real', (column) => column.notNull())
    .addPrimaryKeyConstraint('days_by_key', ['date', 'token', 'model', 'target', 'provider', 'status_class'])
    .execute()
}

async function addCredits(database: Kysely<unknown>): Promise<void> {
  for (const table of ['requests', 'days']) {
    await database.schema
      .alterTable(table)
      .addColumn('micro_credits', 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
  }
  await database.schema
    .createTable('spending')
    .addColumn('token', 'text', (column) => column.notNull())
    .addColumn('date', 'text', (column) => column.notNull())
    .addColumn('micro_credits', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('spending_by_key', ['token', 'date'])
    .execute()
  // With the very row, and not for one that was there already, so that it is their sum whatever happens.
  await sql`CREATE TRIGGER spend AFTER INSERT ON requests
    WHEN new.micro_credits > 0 AND new.token IS NOT NULL
    BEGIN
      INSERT INTO spending (token, date, micro_credits)
        VALUES (new.token, substr(new.started_at, 1, 10), new.micro_credits)
        ON CONFLICT (token, date) DO UPDATE SET micro_credits = micro_credits + excluded.micro_credits;
    END`.execute(database)
}
