import type { RequestStory } from '../api/requests.ts'
import { readTarget } from './read-target.ts'
import type { Span } from './span.ts'
import { childSpanId } from './trace-context.ts'
import { type FindProvider, vendorOf } from './traced-provider.ts'

type Attempt = NonNullable<RequestStory['attempts']>[number]

/** The span of one attempt within that of its request. @param context.number From 1 */
export function tellAttempt(
  { target: key, started_at, ms, outcome, code, status }: Attempt,
  context: { request: Span; number: number; isLast: boolean; operation: string; findProvider: FindProvider },
): Span {
  const { request, number, isLast, operation, findProvider } = context
  const { provider, model } = readTarget(key)
  const found = provider === null ? undefined : findProvider(provider)
  const startMs = Date.parse(started_at)
  return {
    traceId: request.traceId,
    spanId: childSpanId(request.spanId, number),
    parentSpanId: request.spanId,
    name: `${operation} ${model}`,
    kind: provider === null ? 'internal' : 'client',
    startMs,
    // Of a local model's stream an attempt is over when it has begun; the work goes on to the end.
    endMs: isLast && outcome === 'answered' ? Math.max(request.endMs, startMs) : startMs + ms,
    attributes: {
      'gen_ai.operation.name': operation,
      'gen_ai.provider.name': vendorOf(provider, findProvider),
      'gen_ai.request.model': model,
      'server.address': found?.address,
      'server.port': found?.port,
      'http.response.status_code': provider === null ? undefined : (status ?? undefined),
      'error.type': code ?? (outcome === 'aborted' ? outcome : undefined),
      'llmd.attempt.outcome': outcome,
    },
    failed: outcome === 'failed' || outcome === 'broken',
  }
}
