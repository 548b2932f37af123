import type { RequestStory } from '../api/requests.ts'
import { readTarget } from './read-target.ts'
import type { Span } from './span.ts'
import { childSpanId } from './trace-context.ts'

/** Waits shorter than this, in milliseconds, are no wait. */
const leastWaitMs = 1

/** Numbers of their spans, past those of any attempt. */
const loadNumber = 0x7000
const queueNumber = 0x7001

/** A local model's load, and then the wait for a slot of it, within the attempt that they belong to. */
export function tellWaits({ attempts, model_wait_ms, turn_wait_ms }: RequestStory, request: Span): Span[] {
  const index = attempts?.findIndex(({ target }) => readTarget(target).provider === null) ?? -1
  const attempt = attempts?.[index]
  if (!attempt) return []
  const parentSpanId = childSpanId(request.spanId, index + 1)
  const attributes = { 'gen_ai.request.model': readTarget(attempt.target).model }
  const wait = (name: string, number: number, startMs: number, ms: number | null): Span[] => {
    if (ms === null || ms < leastWaitMs) return []
    return [
      {
        traceId: request.traceId,
        spanId: childSpanId(request.spanId, number),
        parentSpanId,
        name,
        kind: 'internal',
        startMs,
        endMs: startMs + ms,
        attributes,
        failed: false,
      },
    ]
  }
  const startMs = Date.parse(attempt.started_at)
  return [
    ...wait('load model', loadNumber, startMs, model_wait_ms),
    ...wait('wait for slot', queueNumber, startMs + (model_wait_ms ?? 0), turn_wait_ms),
  ]
}
