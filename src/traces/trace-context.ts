import { randomBytes } from 'node:crypto'

/** Where a request stands in a trace, as W3C Trace Context has it: identifiers are lower-case hexadecimal digits. */
export interface TraceContext {
  /** 32 digits. */
  traceId: string
  /** Of the request itself, 16 digits. */
  spanId: string
  /** Of the client's span; null where the trace begins here. */
  parentSpanId: string | null
  /** Whether anybody keeps the trace. */
  isSampled: boolean
}

/** Goes on with the client's trace, or begins one where its header is absent or malformed. */
export function continueTrace(traceparent: string | undefined): TraceContext {
  const spanId = createId(8)
  // Versions after 00 may have more fields; ff is none.
  const [, version, traceId, parentSpanId, flags = ''] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/.exec(traceparent ?? '') ?? []
  const isValid =
    traceId !== undefined &&
    parentSpanId !== undefined &&
    version !== 'ff' &&
    (version !== '00' || traceparent?.length === 55) &&
    /[^0]/.test(traceId) &&
    /[^0]/.test(parentSpanId)
  if (!isValid) return { traceId: createId(16), spanId, parentSpanId: null, isSampled: true }
  return { traceId, spanId, parentSpanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** The header for whom an attempt is sent to. @param number Of the attempt, from 1 */
export function traceparentOf({ traceId, spanId, isSampled }: TraceContext, number: number): string {
  return `00-${traceId}-${childSpanId(spanId, number)}-${isSampled ? '01' : '00'}`
}

/**
 * The identifier of a part of a request, made of the request's own: so it need not be carried from where the part is
 * sent to where it is told of. Its chance of meeting another is that of any random number.
 * @param number From 1 to 65535
 */
export function childSpanId(spanId: string, number: number): string {
  const last = (Number.parseInt(spanId.slice(12), 16) + number) % 0x1_0000
  return spanId.slice(0, 12) + last.toString(16).padStart(4, '0')
}

function createId(bytes: number): string {
  const id = randomBytes(bytes)
  // All zeros would mean that there is none.
  id[0] = (id[0] ?? 0) | 1
  return id.toString('hex')
}
