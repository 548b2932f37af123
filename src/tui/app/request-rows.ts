import type { DaemonEvent } from '../../api/events.ts'
import type { OpenRequest, RequestStory } from '../../api/requests.ts'

/** A request as the TUI knows it. Times are of Date.now(), durations milliseconds, null what is not known. */
export interface RequestRow {
  readonly id: string
  readonly path: string
  readonly model: string | null
  /** Name of the token. */
  readonly token: string | null
  readonly startedAt: number
  readonly target: string | null
  readonly waitMs: number | null
  readonly firstByteMs: number | null
  readonly promptTokens: number | null
  readonly completionTokens: number | null
  /** While it is open; afterwards it follows from the rest. */
  readonly tokensPerSecond: number | null
  /** Null while it is open. */
  readonly end: RequestEnd | null
}

interface RequestEnd {
  readonly at: number
  readonly ms: number
  /** Null where its end was missed. */
  readonly status: number | null
  readonly code: string | null
}

/** How many are kept, the open ones aside. */
const mostEnded = 500

/** The rows after these events, the newest first. */
export function followRequests(
  rows: readonly RequestRow[],
  events: readonly DaemonEvent[],
  now: number,
): readonly RequestRow[] {
  const told = events.filter(({ type }) => type === 'request.started' || type === 'request.finished')
  if (told.length === 0) return rows
  const byId = new Map(rows.toReversed().map((row) => [row.id, row]))
  for (const event of told) {
    if (event.type === 'request.started') {
      if (!byId.has(event.request_id)) byId.set(event.request_id, begun(event, now))
    } else if (event.type === 'request.finished') {
      const row = byId.get(event.request_id) ?? begun(event, now - event.ms)
      byId.set(event.request_id, finished(row, event, now))
    }
  }
  return newestFirst([...byId.values()])
}

/** The same, beside the list of those that are open: what the events did not tell is found there. */
export function matchRequests(
  rows: readonly RequestRow[],
  open: readonly OpenRequest[],
  now: number,
): readonly RequestRow[] {
  const ids = new Set(open.map(({ id }) => id))
  const known = new Set(rows.map(({ id }) => id))
  // One that has just begun may not have been in the list yet.
  const isMissed = (row: RequestRow) => row.end === null && !ids.has(row.id) && now - row.startedAt > 2000
  const unknown = open.filter(({ id }) => !known.has(id))
  const written = new Map(open.filter(({ completion_tokens }) => completion_tokens !== null).map(toEntry))
  if (unknown.length === 0 && written.size === 0 && !rows.some(isMissed)) return rows
  const matched = rows.map((row) => {
    if (isMissed(row)) {
      return { ...row, end: { at: now, ms: now - row.startedAt, status: null, code: null } }
    }
    const so = row.end === null ? written.get(row.id) : undefined
    return so ? { ...row, ...asWritten(so) } : row
  })
  return newestFirst([...matched.toReversed(), ...unknown.map(asRow)])
}

/** The same, with what the daemon tells of one of them. */
export function tellRequest(rows: readonly RequestRow[], story: RequestStory): readonly RequestRow[] {
  return rows.map((row) => {
    if (row.id !== story.id) return row
    const waits = [story.model_wait_ms, story.turn_wait_ms].filter((ms) => ms !== null)
    return {
      ...row,
      token: story.token_name,
      target: story.provider === null ? story.target : `${story.provider}/${story.target}`,
      waitMs: waits.length === 0 ? null : waits.reduce((sum, ms) => sum + ms, 0),
      firstByteMs: story.first_byte_ms,
      promptTokens: story.usage?.prompt_tokens ?? row.promptTokens,
      completionTokens: story.usage?.completion_tokens ?? row.completionTokens,
    }
  })
}

/** Tokens a second, from the first of them on. */
export function speedOf({ end, firstByteMs, completionTokens, tokensPerSecond }: RequestRow): number | null {
  if (!end) return tokensPerSecond
  if (firstByteMs === null || completionTokens === null || completionTokens < 2) return null
  const seconds = (end.ms - firstByteMs) / 1000
  return seconds > 0 ? completionTokens / seconds : null
}

function newestFirst(rows: readonly RequestRow[]): readonly RequestRow[] {
  const sorted = rows.toSorted((one, other) => other.startedAt - one.startedAt)
  const ended = sorted.filter(({ end }) => end !== null)
  if (ended.length <= mostEnded) return sorted
  const kept = new Set(ended.slice(0, mostEnded))
  return sorted.filter((row) => row.end === null || kept.has(row))
}

const unknownFigures = {
  target: null,
  waitMs: null,
  firstByteMs: null,
  promptTokens: null,
  completionTokens: null,
  tokensPerSecond: null,
}

function begun(
  event: Extract<DaemonEvent, { type: 'request.started' | 'request.finished' }>,
  startedAt: number,
): RequestRow {
  const { request_id, path, model, token_name } = event
  return { id: request_id, path, model, token: token_name, startedAt, ...unknownFigures, end: null }
}

function finished(
  row: RequestRow,
  event: Extract<DaemonEvent, { type: 'request.finished' }>,
  now: number,
): RequestRow {
  const { status, code, ms, target, wait_ms, first_byte_ms, prompt_tokens, completion_tokens } = event
  return {
    ...row,
    target,
    waitMs: wait_ms,
    firstByteMs: first_byte_ms,
    promptTokens: prompt_tokens,
    completionTokens: completion_tokens,
    end: { at: now, ms, status, code },
  }
}

function asRow(request: OpenRequest): RequestRow {
  const { id, path, model, started_at } = request
  const startedAt = Date.parse(started_at)
  return { id, path, model, token: null, startedAt, ...unknownFigures, ...asWritten(request), end: null }
}

function toEntry(request: OpenRequest): [id: string, request: OpenRequest] {
  return [request.id, request]
}

function asWritten({ completion_tokens, tokens_per_second }: OpenRequest) {
  return { completionTokens: completion_tokens, tokensPerSecond: tokens_per_second }
}
