import type { UsageDatabase } from './usage-database.ts'

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
      return rows.map((row) => ({
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
      }))
    },
  }
}
