export type AttributeValue = string | number

/** One span, before it is in any format. */
export interface Span {
  traceId: string
  spanId: string
  parentSpanId: string | null
  name: string
  kind: 'internal' | 'server' | 'client'
  /** Milliseconds since 1970, with fractions. */
  startMs: number
  endMs: number
  /** What is undefined is left out. */
  attributes: Record<string, AttributeValue | undefined>
  /** Never anything that a client or a model wrote. */
  failed: boolean
}
