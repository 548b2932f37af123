import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { LlmdError, toLlmdError } from '../errors.ts'
import type { AnswerSink, ForwardRequest, ForwardResult, Upstream } from '../providers/upstream.ts'
import type { AttemptOutcome, FailedAttempt } from '../routing/attempts.ts'
import { captureSink } from './capture-sink.ts'
import type { HttpContext } from './http-env.ts'
import { writeOutgoing } from './write-outgoing.ts'
import { writeResponse } from './write-response.ts'

export interface Forwarding extends Omit<ForwardRequest, 'stream'> {
  /** Of the answer, beside the provider's own. */
  headers: Record<string, string>
  /** The end of a stream that broke off, as server-sent events; absent where answers are whole. */
  lastWords?: (error: LlmdError) => string
  /** To be called when the answer begins. */
  begin(): void
}

type Rejection = Extract<ForwardResult, { kind: 'rejected' }>

type ForwardOutcome = (AttemptOutcome & { response: Response }) | (FailedAttempt & { rejection?: Response })

const streamHeaders = {
  'cache-control': 'no-cache',
  // Nginx would hold events back until its buffer is full.
  'x-accel-buffering': 'no',
}

/**
 * Sends the request on and the answer back, byte by byte.
 * @throws LlmdError for what failed before the answer began; the signal's reason, whenever that is aborted
 */
export async function forwardRequest(
  c: HttpContext,
  upstream: Upstream,
  forwarding: Forwarding,
): Promise<ForwardOutcome> {
  const exchange = c.env.via === 'in-process' ? undefined : c.env.exchange
  const open = c.get('open')
  const stream = forwarding.lastWords !== undefined && forwarding.parsed['stream'] === true
  const lastWords = stream ? forwarding.lastWords : undefined
  let begun = false
  const headers = () => {
    begun = true
    open.firstByteMs = open.elapsed()
    forwarding.begin()
    return { ...forwarding.headers, 'x-request-id': open.id, ...(stream && streamHeaders) }
  }
  const send = async (sink: AnswerSink) => {
    try {
      const result = await upstream.forward({ ...forwarding, stream }, sink, open.cancelSignal)
      if (result.kind !== 'rejected' && result.usage) open.use(result.usage)
      return result
    } catch (error) {
      // An operator or the end of the daemon ended it; a client that left hears nothing of it.
      if (begun && !open.clientLeft) sink.fail(toLlmdError(error))
      throw error
    }
  }

  if (exchange) {
    const { outgoing } = exchange
    const note = (error?: LlmdError) => c.set('forwarded', { status: outgoing.statusCode, error })
    const captured = c.get('captured')
    const sink = writeOutgoing({ outgoing, headers, lastWords, request: open })
    try {
      const result = await send(captured ? captureSink(sink, captured) : sink)
      if (result.kind === 'rejected') return rejected(c, result, forwarding.headers)
      note(result.kind === 'broken' ? result.error : undefined)
      return outcomeOf(result, outgoing.statusCode, RESPONSE_ALREADY_SENT)
    } catch (error) {
      if (begun) note(open.clientLeft ? undefined : toLlmdError(error))
      throw error
    }
  }

  const { sink, response } = writeResponse({
    headers,
    lastWords,
    onCancel: () => open.leave(),
    onAbandoned: (usage) => open.use(usage),
  })
  const sending = send(sink)
  const first = await Promise.race([sending, response])
  if (!(first instanceof Response)) {
    if (first.kind === 'rejected') return rejected(c, first, forwarding.headers)
    return outcomeOf(first, 200, await response)
  }
  c.set(
    'streaming',
    sending.then(
      (result) => (result.kind === 'broken' ? result.error : undefined),
      (error: unknown) => (open.clientLeft ? undefined : toLlmdError(error)),
    ),
  )
  return { kind: 'answered', status: first.status, response: first }
}

function outcomeOf(
  result: Exclude<ForwardResult, Rejection>,
  status: number,
  response: Response,
): ForwardOutcome {
  return result.kind === 'answered'
    ? { kind: 'answered', status, response }
    : { kind: 'broken', error: result.error, response }
}

/** In the provider's own words, where it has any that clients can read. */
function rejected(
  c: HttpContext,
  { status, headers, body, retryAfterMs }: Rejection,
  routeHeaders: Record<string, string>,
): ForwardOutcome {
  const provider = c.get('open').target?.provider ?? 'provider'
  const isJson = /^application\/(.+\+)?json\b/i.test(headers['content-type'] ?? '')
  return {
    kind: 'failed',
    error: new LlmdError('upstream_error', `The provider ${provider} answered ${status}.`),
    upstreamStatus: status,
    retryAfterMs,
    ...(isJson &&
      body.length > 0 && {
        rejection: new Response(new Uint8Array(body), { status, headers: { ...headers, ...routeHeaders } }),
      }),
  }
}
