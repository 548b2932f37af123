import { toMicroCredits } from '../api/credits.ts'
import type { EventBus } from '../events/create-event-bus.ts'
import type { Ledger, UsageRow } from '../usage/ledger.ts'
import type { EndedStory } from './tell-story.ts'

/** Counts what a request that is over has used, and publishes its end. */
export function concludeRequest(
  story: EndedStory,
  {
    ledger,
    events,
    watchRequest,
  }: {
    ledger: Pick<Ledger, 'record'>
    events: Pick<EventBus, 'publish'>
    watchRequest: (story: EndedStory) => void
  },
): void {
  const { id, path, model, token_name, status, code, ms } = story
  watchRequest(story)
  if (model !== null) ledger.record(usageOf(story, model))
  if (!path.startsWith('/v1/') && !path.startsWith('/mcp/')) return
  events.publish({
    type: 'request.finished',
    request_id: id,
    path,
    model,
    token_name,
    status,
    code,
    ms: Math.round(ms),
    ...figuresOf(story),
  })
}

function figuresOf({ provider, target, model_wait_ms, turn_wait_ms, first_byte_ms, usage }: EndedStory) {
  const waited = (model_wait_ms ?? 0) + (turn_wait_ms ?? 0)
  return {
    target: provider === null ? target : `${provider}/${target}`,
    wait_ms: model_wait_ms === null && turn_wait_ms === null ? null : Math.round(waited),
    first_byte_ms: first_byte_ms === null ? null : Math.round(first_byte_ms),
    prompt_tokens: usage?.prompt_tokens ?? null,
    completion_tokens: usage?.completion_tokens ?? null,
  }
}

function usageOf(story: EndedStory, model: string): UsageRow {
  const { id, started_at, token, target, provider, path, status, code, usage } = story
  return {
    id,
    startedAt: started_at,
    token,
    model,
    target,
    provider,
    path,
    status,
    code,
    promptTokens: usage?.prompt_tokens ?? 0,
    cachedTokens: usage?.cached_tokens ?? 0,
    completionTokens: usage?.completion_tokens ?? 0,
    reasoningTokens: usage?.reasoning_tokens ?? 0,
    attempts: story.attempt_count,
    firstByteMs: story.first_byte_ms,
    ms: story.ms,
    microCredits: story.credits === undefined ? 0 : toMicroCredits(story.credits),
  }
}
