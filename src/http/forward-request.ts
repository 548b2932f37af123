import type { ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { ChatUsage } from '../chat/usage.ts'
import { LlmdError, toLlmdError } from '../errors.ts'
import type { ForwardRequest, ForwardResult, Upstream } from '../providers/upstream.ts'
import type { AttemptOutcome, FailedAttempt } from '../routing/attempts.ts'
import { captureSink } from './capture-sink.ts'
import type { RequestContext } from './http-env.ts'
import type { OpenRequest } from './open-request.ts'
import { OutgoingSink } from './write-outgoing.ts'
import { writeResponse } from './write-response.ts'

export interface Forwarding extends ForwardRequest {
  /** Of the answer, beside the provider's own; those of every answer are added. */
  headers: Record<string, string>
  /** The end of a stream that broke off, as server-sent events; undefined for an answer that is no stream. */
  lastWords: ((error: LlmdError) => string) | undefined
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
export function forwardRequest(
  context: RequestContext,
  upstream: Upstream,
  forwarding: Forwarding,
): Promise<ForwardOutcome> {
  const { arrival } = context
  const outgoing = arrival.via === 'in-process' ? undefined : arrival.exchange?.outgoing
  return outgoing
    ? forwardToConnection(context, upstream, { ...forwarding, outgoing })
    : forwardToCaller(context, upstream, forwarding)
}

async function forwardToConnection(
  context: RequestContext,
  upstream: Upstream,
  forwarding: Forwarding & { outgoing: ServerResponse },
): Promise<ForwardOutcome> {
  const { open, captured } = context
  const { outgoing, lastWords } = forwarding
  const begin: Begin = (usage) => beginAnswer(open, forwarding, usage)
  const written = new OutgoingSink({ outgoing, begin, lastWords, request: open })
  const sink = captured ? captureSink(written, captured) : written
  try {
    const result = await upstream.forward(forwarding, sink, open.cancelSignal)
    if (result.kind === 'rejected') return rejected(open, result, forwarding.headers)
    if (result.usage) open.use(result.usage)
    const status = outgoing.statusCode
    context.forwarded = { status, error: result.kind === 'broken' ? result.error : undefined }
    return outcomeOf(result, status, RESPONSE_ALREADY_SENT)
  } catch (error) {
    if (outgoing.headersSent) {
      const failure = open.clientLeft ? undefined : toLlmdError(error)
      // An operator or the end of the daemon ended it; a client that left hears nothing of it.
      if (failure) sink.fail(failure)
      context.forwarded = { status: outgoing.statusCode, error: failure }
    }
    throw error
  }
}

/** To a caller in this process. */
async function forwardToCaller(
  context: RequestContext,
  upstream: Upstream,
  forwarding: Forwarding,
): Promise<ForwardOutcome> {
  const { open } = context
  let begun = false
  const { sink, response } = writeResponse({
    begin(usage) {
      begun = true
      return beginAnswer(open, forwarding, usage)
    },
    lastWords: forwarding.lastWords,
    onCancel: () => open.leave(),
    onAbandoned: (usage) => open.use(usage),
  })
  const send = async () => {
    try {
      const result = await upstream.forward(forwarding, sink, open.cancelSignal)
      if (result.kind !== 'rejected' && result.usage) open.use(result.usage)
      return result
    } catch (error) {
      if (begun && !open.clientLeft) sink.fail(toLlmdError(error))
      throw error
    }
  }
  const sending = send()
  const first = await Promise.race([sending, response])
  if (!(first instanceof Response)) {
    if (first.kind === 'rejected') return rejected(open, first, forwarding.headers)
    return outcomeOf(first, 200, await response)
  }
  context.streaming = sending.then(
    (result) => (result.kind === 'broken' ? result.error : undefined),
    (error: unknown) => (open.clientLeft ? undefined : toLlmdError(error)),
  )
  return { kind: 'answered', status: first.status, response: first }
}

type Begin = (usage?: ChatUsage | null) => Record<string, string>

/** Notes when the answer began. Returns the headers of every answer, beside the upstream's own. */
function beginAnswer(
  open: OpenRequest,
  forwarding: Forwarding,
  usage: ChatUsage | null | undefined,
): Record<string, string> {
  const { headers, stream } = forwarding
  open.firstByteMs = open.elapsed()
  forwarding.begin()
  headers['x-request-id'] = open.id
  if (stream) Object.assign(headers, streamHeaders)
  if (open.admitted) Object.assign(headers, open.admitted.headers(usage))
  return headers
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
  open: OpenRequest,
  { status, headers, body, retryAfterMs, isTooLarge }: Rejection,
  routeHeaders: Record<string, string>,
): ForwardOutcome {
  const provider = open.target?.provider ?? 'provider'
  const isJson = /^application\/(.+\+)?json\b/i.test(headers['content-type'] ?? '')
  return {
    kind: 'failed',
    error: new LlmdError('upstream_error', `The provider ${provider} answered ${status}.`),
    upstreamStatus: status,
    retryAfterMs,
    isTooLarge,
    ...(isJson &&
      body.length > 0 && {
        rejection: new Response(new Uint8Array(body), { status, headers: { ...headers, ...routeHeaders } }),
      }),
  }
}
