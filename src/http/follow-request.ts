import { hideTokenKeys } from '../access/token-key.ts'
import { type LlmdError, toLlmdError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { TraceContext } from '../traces/trace-context.ts'
import type { HttpContext, HttpMiddleware } from './http-env.ts'
import { createRequestId } from './request-id.ts'
import type { EndedStory } from './tell-story.ts'
import type { OpenRequest, RequestTracker } from './track-requests.ts'

/** Nginx's status for a client that left before its answer was over; only the log ever sees it. */
export const clientLeftStatus = 499

/** Who is told of requests. */
export interface Followers {
  requests: RequestTracker
  /** Told of each request when it is over. */
  conclude: (story: EndedStory) => void
  /** Finds a request its place in a trace by what its header says; absent where no traces are sent. */
  beginTrace?: ((traceparent: string | undefined) => TraceContext) | undefined
  log: Log
}

/** Names a request, keeps it open until its answer is over, and then logs one line and tells its story. */
export function followRequest({ requests, conclude, beginTrace, log }: Followers): HttpMiddleware {
  return async (c, next) => {
    const requestId = createRequestId()
    const counted = c.req.path.startsWith('/v1/')
    const open = requests.open({ id: requestId, path: hideTokenKeys(c.req.path), counted })
    c.set('requestId', requestId)
    c.set('open', open)
    if (beginTrace) open.trace = beginTrace(c.req.header('traceparent'))
    onClientGone(c, () => open.leave())
    const close = (error: LlmdError | undefined) => {
      const told = describe(c)
      if (error?.status === 500) log.error('request failed', { ...whoseOf(open), ...explain(error) })
      const code = error?.code ?? null
      const story = open.close({ status: told.status, code })
      const ms = Math.round(story.ms)
      c.get('captured')?.end({ status: told.status, code, ms })
      log[isLook(told) ? 'debug' : 'info']('request', { ...told, ...whoseOf(open), ms, code: error?.code })
      conclude(story)
    }
    /** Of an answer that was cut short it takes a moment to know what it had used. */
    const end = (failure: LlmdError | undefined) => {
      if (open.reckoned) void open.reckoned.then(() => close(failure))
      else close(failure)
    }
    try {
      await next()
    } finally {
      // What was forwarded was written past hono, headers and all.
      const forwarded = c.get('forwarded')
      const streaming = c.get('streaming')
      const handedOver = c.get('handedOver')
      if (!forwarded && !handedOver) c.res.headers.set('x-request-id', requestId)
      if (streaming) void streaming.then(end)
      else if (forwarded) end(forwarded.error)
      else if (!handedOver) end(c.error && !open.clientLeft ? toLlmdError(c.error) : undefined)
    }
  }
}

function onClientGone(c: HttpContext, leave: () => void): void {
  const outgoing = c.env.via === 'in-process' ? undefined : c.env.exchange?.outgoing
  if (!outgoing) {
    const { signal } = c.req.raw
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
    return
  }
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) leave()
  })
}

/** The TUI looks every second, and whoever looks at the log does not look for that. */
function isLook({ method, path, status }: { method: string; path: string; status: number }): boolean {
  return method === 'GET' && path.startsWith('/llmd/v1/') && status < 400
}

/** Never a query string or a body: they may hold what is nobody's business. */
function describe(c: HttpContext) {
  return {
    request_id: c.get('requestId'),
    method: c.req.method,
    path: hideTokenKeys(c.req.path),
    status: statusOf(c),
  }
}

function answeringName({ target }: OpenRequest): string | undefined {
  return target?.provider ? `${target.provider}/${target.model}` : target?.model
}

/** By these, lines of the log are found again. The target is named where it is not the model itself. */
function whoseOf(open: OpenRequest) {
  const { id, model, tokenId } = open
  const answering = answeringName(open)
  return {
    request_id: id,
    model: model ?? undefined,
    target: answering === model ? undefined : answering,
    token: tokenId,
  }
}

function statusOf(c: HttpContext): number {
  return c.get('open').clientLeft ? clientLeftStatus : (c.get('forwarded')?.status ?? c.res.status)
}

function explain(error: LlmdError) {
  const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : undefined
  return { code: error.code, error: error.message, cause }
}
