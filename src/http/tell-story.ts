import { toCredits } from '../api/credits.ts'
import type { RequestStory } from '../api/requests.ts'
import type { ChatUsage } from '../chat/usage.ts'
import type { Attempt } from '../routing/attempts.ts'
import type { TraceContext } from '../traces/trace-context.ts'
import type { UsageRow } from '../usage/ledger.ts'
import type { OpenRequest } from './open-request.ts'

/** The story of a request that is over. */
export type EndedStory = RequestStory & { status: number }

/** All that is known of a request; `end` is null while it is open. */
export function tellStory(request: OpenRequest, end: null): RequestStory
export function tellStory(request: OpenRequest, end: { status: number; code: string | null }): EndedStory
export function tellStory(
  request: OpenRequest,
  end: { status: number; code: string | null } | null,
): RequestStory {
  const { id, path, model, tokenId, tokenName, startedAt, route, target, usage } = request
  return {
    id,
    path,
    model,
    token: tokenId,
    token_name: tokenName,
    started_at: startedAt.toISOString(),
    status: end?.status ?? null,
    code: end?.code ?? null,
    route,
    target: target?.model ?? null,
    provider: target?.provider ?? null,
    attempt_count: request.attempts.length,
    attempts: request.attempts.map(tellAttempt),
    model_wait_ms: request.modelWaitMs,
    turn_wait_ms: request.turnWaitMs,
    first_byte_ms: request.firstByteMs,
    ms: request.elapsed(),
    usage: usage && tellUsage(usage),
    ...(request.streamed !== null && { streamed: request.streamed }),
    ...(request.trace?.isSampled && { trace: tellTrace(request.trace) }),
  }
}

/** What the ledger still has of it. */
export function tellOldStory(row: UsageRow, tokenName: string | null): RequestStory {
  const { id, path, model, token, startedAt, status, code, target, provider } = row
  return {
    id,
    path,
    model,
    token,
    token_name: tokenName,
    started_at: startedAt,
    status,
    code,
    route: null,
    target,
    provider,
    attempt_count: row.attempts,
    attempts: null,
    model_wait_ms: null,
    turn_wait_ms: null,
    first_byte_ms: row.firstByteMs,
    ms: row.ms,
    usage: tellUsage(row),
    ...(row.microCredits > 0 && { credits: toCredits(row.microCredits) }),
  }
}

function tellTrace({ traceId, spanId, parentSpanId }: TraceContext) {
  return { trace_id: traceId, span_id: spanId, parent_span_id: parentSpanId }
}

function tellAttempt({ target, startedAt, ms, outcome, code, status }: Attempt) {
  return { target, started_at: startedAt.toISOString(), ms, outcome, code, status }
}

function tellUsage({ promptTokens, cachedTokens, completionTokens, reasoningTokens }: ChatUsage) {
  return {
    prompt_tokens: promptTokens,
    cached_tokens: cachedTokens,
    completion_tokens: completionTokens,
    reasoning_tokens: reasoningTokens,
  }
}
