import type { RequestStory } from '../api/requests.ts'
import type { Span } from './span.ts'
import { tellAttempt } from './tell-attempt.ts'
import { tellWaits } from './tell-waits.ts'
import { type FindProvider, vendorOf } from './traced-provider.ts'

/** `gen_ai.operation.name` by the end of the path. */
const operations: readonly (readonly [string, string])[] = [
  ['/chat/completions', 'chat'],
  ['/responses', 'chat'],
  ['/completions', 'text_completion'],
  ['/embeddings', 'embeddings'],
]

/**
 * The spans of a request: itself, each attempt, and what it waited for. They hold names and numbers, and nothing of
 * prompts or answers. None where it is in no trace, or its model was never known.
 */
export function tellSpans(story: RequestStory, findProvider: FindProvider): Span[] {
  const { trace, model, started_at, ms, attempts } = story
  if (!trace || model === null) return []
  const operation = operationOf(story.path)
  const startMs = Date.parse(started_at)
  const server: Span = {
    traceId: trace.trace_id,
    spanId: trace.span_id,
    parentSpanId: trace.parent_span_id,
    name: `POST ${story.path}`,
    kind: 'server',
    startMs,
    endMs: startMs + ms,
    attributes: { ...describe(story, findProvider), 'gen_ai.operation.name': operation },
    failed: story.code !== null && isOwnFailure(story.status),
  }
  const parts = attempts ?? []
  const told = parts.map((attempt, index) =>
    tellAttempt(attempt, {
      request: server,
      number: index + 1,
      isLast: index === parts.length - 1,
      operation,
      findProvider,
    }),
  )
  return [server, ...told, ...tellWaits(story, server)]
}

function describe(story: RequestStory, findProvider: FindProvider): Span['attributes'] {
  const { path, status, model, target, provider, usage, code, id, token_name, first_byte_ms } = story
  return {
    'http.request.method': 'POST',
    'http.route': path,
    'url.path': path,
    'http.response.status_code': status ?? undefined,
    'gen_ai.provider.name': target === null ? undefined : vendorOf(provider, findProvider),
    'gen_ai.request.model': model ?? undefined,
    'gen_ai.response.model': target ?? undefined,
    'gen_ai.usage.input_tokens': usage?.prompt_tokens,
    'gen_ai.usage.cache_read.input_tokens': usage?.cached_tokens,
    'gen_ai.usage.output_tokens': usage?.completion_tokens,
    'gen_ai.usage.reasoning.output_tokens': usage?.reasoning_tokens,
    'error.type': code ?? undefined,
    'llmd.request.id': id,
    'llmd.token.name': token_name ?? undefined,
    'llmd.time_to_first_token': first_byte_ms === null ? undefined : first_byte_ms / 1000,
  }
}

function operationOf(path: string): string {
  return operations.find(([end]) => path.endsWith(end))?.[1] ?? path.slice(path.lastIndexOf('/') + 1)
}

/** A status of 400 to 499 is the client's failure; one below was sent before the answer broke off. */
function isOwnFailure(status: number | null): boolean {
  return status === null || status < 400 || status >= 500
}
