import { sql, type Selectable } from 'kysely'
import type { UsageDatabase, UsageSchema } from './usage-database.ts'
import { dateOf, isError } from './usage-sums.ts'

export interface UsageRow {
  id: string
  startedAt: string
  token: string | null
  model: string
  target: string | null
  provider: string | null
  path: string
  status: number
  code: string | null
  promptTokens: number
  cachedTokens: number
  completionTokens: number
  reasoningTokens: number
  attempts: number
  firstByteMs: number | null
  ms: number
}

export interface UsageTable {
  /** All or none; a row that is there already stays as it is. */
  insert(rows: readonly UsageRow[]): Promise<void>
  /** Oldest first. */
  all(): Promise<UsageRow[]>
  find(id: string): Promise<UsageRow | undefined>
  /**
   * Takes the oldest rows from before this time, `limit` of them at most, and adds them to the sums of their days.
   * @returns how many there were
   */
  rollUp(before: string, limit: number): Promise<number>
}

export function createUsageTable({ kysely }: UsageDatabase): UsageTable {
  return {
    async insert(rows) {
      await kysely
        .insertInto('requests')
        .values(
          rows.map((row) => ({
            id: row.id,
            started_at: row.startedAt,
            token: row.token,
            model: row.model,
            target: row.target,
            provider: row.provider,
            path: row.path,
            status: row.status,
            code: row.code,
            prompt_tokens: row.promptTokens,
            cached_tokens: row.cachedTokens,
            completion_tokens: row.completionTokens,
            reasoning_tokens: row.reasoningTokens,
            attempts: row.attempts,
            first_byte_ms: row.firstByteMs,
            ms: row.ms,
          })),
        )
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
    },
    async all() {
      const rows = await kysely
        .selectFrom('requests')
        .selectAll()
        .orderBy('started_at')
        .orderBy('id')
        .execute()
      return rows.map(toRow)
    },
    async find(id) {
      const row = await kysely.selectFrom('requests').selectAll().where('id', '=', id).executeTakeFirst()
      return row && toRow(row)
    },
    rollUp: (before, limit) =>
      kysely.transaction().execute(async (transaction) => {
        const oldest = transaction
          .selectFrom('requests')
          .select('id')
          .where('started_at', '<', before)
          .orderBy('started_at')
          .orderBy('id')
          .limit(limit)
        const sums = transaction
          .selectFrom('requests')
          .where('id', 'in', oldest)
          .select([
            dateOf.as('date'),
            sql<string>`ifnull(token, '')`.as('token_or_none'),
            'model',
            sql<string>`ifnull(target, '')`.as('target_or_none'),
            sql<string>`ifnull(provider, '')`.as('provider_or_none'),
            sql<number>`status / 100`.as('status_class'),
            sql<number>`count(*)`.as('requests'),
            sql<number>`sum(${isError})`.as('errors'),
            ...tokenColumns.map((name) => sql<number>`sum(${sql.ref(name)})`.as(name)),
            sql<number>`count(first_byte_ms)`.as('first_bytes'),
            sql<number>`total(first_byte_ms)`.as('first_byte_ms'),
            sql<number>`total(ms)`.as('ms'),
          ])
          .groupBy(['date', 'token_or_none', 'model', 'target_or_none', 'provider_or_none', 'status_class'])
        await transaction
          .insertInto('days')
          .columns([...keyColumns, ...sumColumns])
          .expression(sums)
          .onConflict((conflict) =>
            conflict
              .columns(keyColumns)
              .doUpdateSet(
                Object.fromEntries(
                  sumColumns.map((name) => [
                    name,
                    sql<number>`${sql.ref(`days.${name}`)} + ${sql.ref(`excluded.${name}`)}`,
                  ]),
                ),
              ),
          )
          .execute()
        const { numDeletedRows } = await transaction
          .deleteFrom('requests')
          .where('id', 'in', oldest)
          .executeTakeFirstOrThrow()
        return Number(numDeletedRows)
      }),
  }
}

const keyColumns = ['date', 'token', 'model', 'target', 'provider', 'status_class'] as const
const tokenColumns = ['prompt_tokens', 'cached_tokens', 'completion_tokens', 'reasoning_tokens'] as const
const sumColumns = ['requests', 'errors', ...tokenColumns, 'first_bytes', 'first_byte_ms', 'ms'] as const

function toRow(row: Selectable<UsageSchema['requests']>): UsageRow {
  return {
    id: row.id,
    startedAt: row.started_at,
    token: row.token,
    model: row.model,
    target: row.target,
    provider: row.provider,
    path: row.path,
    status: row.status,
    code: row.code,
    promptTokens: row.prompt_tokens,
    cachedTokens: row.cached_tokens,
    completionTokens: row.completion_tokens,
    reasoningTokens: row.reasoning_tokens,
    attempts: row.attempts,
    firstByteMs: row.first_byte_ms,
    ms: row.ms,
  }
}
