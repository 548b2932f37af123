import type { AttributeValue, Span } from './span.ts'

/** Numbers of the kinds in OTLP. */
const kinds = { internal: 1, server: 2, client: 3 } satisfies Record<Span['kind'], number>

const statusError = 2

/** Longest text of an attribute, in characters. */
const longestText = 256

export interface TraceSource {
  /** Attributes of the resource: `service.name` and its kin. */
  resource: Record<string, AttributeValue>
  version: string
}

/** The body of an `ExportTraceServiceRequest` in OTLP's JSON. */
export function encodeSpans(spans: readonly Span[], { resource, version }: TraceSource): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: encodeAttributes(resource) },
        scopeSpans: [{ scope: { name: 'llmd', version }, spans: spans.map(encodeSpan) }],
      },
    ],
  })
}

function encodeSpan(span: Span) {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId !== null && { parentSpanId: span.parentSpanId }),
    name: span.name.slice(0, longestText),
    kind: kinds[span.kind],
    startTimeUnixNano: nanoseconds(span.startMs),
    endTimeUnixNano: nanoseconds(span.endMs),
    attributes: encodeAttributes(span.attributes),
    status: span.failed ? { code: statusError } : {},
  }
}

function encodeAttributes(attributes: Record<string, AttributeValue | undefined>) {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: encodeValue(value) }],
  )
}

/** Whole numbers are 64 bits wide there, which JSON writes as text. */
function encodeValue(value: AttributeValue) {
  if (typeof value === 'string') return { stringValue: value.slice(0, longestText) }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

/** Too many for a number of JavaScript. */
function nanoseconds(ms: number): string {
  const whole = Math.floor(ms)
  const rest = Math.round((ms - whole) * 1e6)
  return String(BigInt(whole) * 1_000_000n + BigInt(rest))
}
