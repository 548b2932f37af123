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
  /** What it cost, in millionths of a credit. */
  microCredits: number
}

/** So much the requests cost that a token began on a day. */
export interface SpendingRow {
  token: string
  /** In UTC, as in `2026-01-31`. */
  date: string
  microCredits: number
}

export interface UsageTable {
  /** All or none; a row that is there already stays as it is. */
  insert(rows: readonly UsageRow[]): void
  /** Oldest first. */
  all(): Promise<UsageRow[]>
  find(id: string): Promise<UsageRow | undefined>
  /** Of all requests there were that cost something. */
  spending(): Promise<SpendingRow[]>
  /**
   * Takes the oldest rows from before this time, `limit` of them at most, and adds them to the sums of their days.
   * @returns how many there were
   */
  rollUp(before: string, limit: number): Promise<number>
}

export function createUsageTable(database: UsageDatabase): UsageTable {
  const { kysely } = database
  const insert = database.prepareInsert(insertion)
  return {
    insert: (rows) => insert(rows.map(toValues)),
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
    spending: () =>
      kysely.selectFrom('spending').select(['token', 'date', 'micro_credits as microCredits']).execute(),
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
            sql<number>`sum(micro_credits)`.as('micro_credits'),
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
const sumColumns = [
  'requests',
  'errors',
  ...tokenColumns,
  'first_bytes',
  'first_byte_ms',
  'ms',
  'micro_credits',
] as const

const columns = [
  'id',
  'started_at',
  'token',
  'model',
  'target',
  'provider',
  'path',
  'status',
  'code',
  'prompt_tokens',
  'cached_tokens',
  'completion_tokens',
  'reasoning_tokens',
  'attempts',
  'first_byte_ms',
  'ms',
  'micro_credits',
] as const

const insertion = `insert into requests (${columns.join(', ')})
  values (${columns.map(() => '?').join(', ')}) on conflict (id) do nothing`

/** In the order of the columns. */
function toValues(row: UsageRow): (string | number | null)[] {
  return [
    row.id,
    row.startedAt,
    row.token,
    row.model,
    row.target,
    row.provider,
    row.path,
    row.status,
    row.code,
    row.promptTokens,
    row.cachedTokens,
    row.completionTokens,
    row.reasoningTokens,
    row.attempts,
    row.firstByteMs,
    row.ms,
    row.microCredits,
  ]
}

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
    microCredits: row.micro_credits,
  }
}
