import { sql, type Kysely } from 'kysely'
import type { UsageSchema } from './usage-database.ts'

type UsageDimension = 'model' | 'provider' | 'token' | 'day'

/** What is summed, and by what. */
export interface UsageQuery {
  by: UsageDimension
  /** ISO 8601 in UTC. Of days that are kept as sums only, each counts as a whole that the time touches. */
  since?: string
  /** Likewise; the moment itself is not in it. */
  until?: string
  /** As clients named it. */
  model?: string
  /** Ids of tokens, any of which it may be. */
  tokens?: string[]
}

export interface UsageSums {
  requests: number
  /** A client that leaves is none. */
  errors: number
  promptTokens: number
  cachedTokens: number
  completionTokens: number
  reasoningTokens: number
  /** Of so many of the requests something came. */
  firstBytes: number
  /** Sum over these, in milliseconds. */
  firstByteMs: number
  /** Sum over the requests, in milliseconds. */
  ms: number
  microCredits: number
}

/** Of a model, a provider, a token's id or a day; null is none. */
export interface UsageGroup extends UsageSums {
  key: string | null
}

/** What failed, or broke off later. 499 stands for a client that left. */
export const isError = sql<number>`(code is not null or (status >= 400 and status <> 499))`

export const dateOf = sql<string>`substr(started_at, 1, 10)`

/** Sums the requests and the days in one look at the database. Takes long where there are many: not for the daemon's own thread. */
export function sumUsage(kysely: Kysely<UsageSchema>, query: UsageQuery): Promise<UsageGroup[]> {
  return kysely.transaction().execute(async (reading) => {
    const groups = new Map<string | null, UsageGroup>()
    for (const row of [...(await sumDays(reading, query)), ...(await sumRequests(reading, query))]) {
      const key = row.key === '' ? null : row.key
      const sofar = groups.get(key)
      groups.set(key, sofar ? addSums(sofar, row) : { ...row, key })
    }
    return [...groups.values()]
  })
}

export function addSums<Sums extends UsageSums>(sums: Sums, more: UsageSums): Sums {
  return {
    ...sums,
    requests: sums.requests + more.requests,
    errors: sums.errors + more.errors,
    promptTokens: sums.promptTokens + more.promptTokens,
    cachedTokens: sums.cachedTokens + more.cachedTokens,
    completionTokens: sums.completionTokens + more.completionTokens,
    reasoningTokens: sums.reasoningTokens + more.reasoningTokens,
    firstBytes: sums.firstBytes + more.firstBytes,
    firstByteMs: sums.firstByteMs + more.firstByteMs,
    ms: sums.ms + more.ms,
    microCredits: sums.microCredits + more.microCredits,
  }
}

function sumRequests(kysely: Kysely<UsageSchema>, query: UsageQuery): Promise<UsageGroup[]> {
  const { by, since, until, model, tokens } = query
  const key = by === 'day' ? dateOf : sql.ref<string | null>(by)
  let rows = kysely
    .selectFrom('requests')
    .select([
      key.as('key'),
      sql<number>`count(*)`.as('requests'),
      sql<number>`total(${isError})`.as('errors'),
      total('prompt_tokens').as('promptTokens'),
      total('cached_tokens').as('cachedTokens'),
      total('completion_tokens').as('completionTokens'),
      total('reasoning_tokens').as('reasoningTokens'),
      sql<number>`count(first_byte_ms)`.as('firstBytes'),
      total('first_byte_ms').as('firstByteMs'),
      total('ms').as('ms'),
      total('micro_credits').as('microCredits'),
    ])
  if (since !== undefined) rows = rows.where('started_at', '>=', since)
  if (until !== undefined) rows = rows.where('started_at', '<', until)
  if (model !== undefined) rows = rows.where('model', '=', model)
  if (tokens !== undefined) rows = rows.where('token', 'in', tokens)
  return rows.groupBy(key).execute()
}

function sumDays(kysely: Kysely<UsageSchema>, query: UsageQuery): Promise<UsageGroup[]> {
  const { by, since, until, model, tokens } = query
  const key = sql.ref<string>(by === 'day' ? 'date' : by)
  let rows = kysely
    .selectFrom('days')
    .select([
      key.as('key'),
      total('requests').as('requests'),
      total('errors').as('errors'),
      total('prompt_tokens').as('promptTokens'),
      total('cached_tokens').as('cachedTokens'),
      total('completion_tokens').as('completionTokens'),
      total('reasoning_tokens').as('reasoningTokens'),
      total('first_bytes').as('firstBytes'),
      total('first_byte_ms').as('firstByteMs'),
      total('ms').as('ms'),
      total('micro_credits').as('microCredits'),
    ])
  if (since !== undefined) rows = rows.where('date', '>=', since.slice(0, 10))
  // At midnight the day of that date has not begun.
  if (until !== undefined) rows = rows.where(sql`date || 'T00:00:00.000Z'`, '<', until)
  if (model !== undefined) rows = rows.where('model', '=', model)
  if (tokens !== undefined) rows = rows.where('token', 'in', tokens)
  return rows.groupBy(key).execute()
}

function total(column: string) {
  return sql<number>`total(${sql.ref(column)})`
}
