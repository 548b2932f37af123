import { hideTokenKeys } from '../access/token-key.ts'
import { type LlmdError, toLlmdError } from '../errors.ts'
import type { EventBus } from '../events/create-event-bus.ts'
import type { Log } from '../log.ts'
import type { HttpContext, HttpMiddleware } from './http-env.ts'
import { createRequestId } from './request-id.ts'
import type { Ledger, UsageRow } from '../usage/ledger.ts'
import type { OpenRequest, RequestTracker } from './track-requests.ts'

/** Nginx's status for a client that left before its answer was over; only the log ever sees it. */
export const clientLeftStatus = 499

/** Names a request, keeps it open until its answer is over, and then logs one line and publishes one event about it. */
export function followRequest(services: {
  requests: RequestTracker
  events: EventBus
  ledger: Pick<Ledger, 'record'>
  log: Log
}): HttpMiddleware {
  const { requests, events, ledger, log } = services
  return async (c, next) => {
    const requestId = createRequestId()
    const counted = c.req.path.startsWith('/v1/')
    const open = requests.open({ id: requestId, path: c.req.path, counted })
    c.set('requestId', requestId)
    c.set('open', open)
    onClientGone(c, () => open.leave())
    const close = (error: LlmdError | undefined) => {
      const told = describe(c)
      if (error?.status === 500) log.error('request failed', { ...whoseOf(open), ...explain(error) })
      const ms = Math.round(open.elapsed())
      const code = error?.code ?? null
      open.close({ status: told.status, code })
      c.get('captured')?.end({ status: told.status, code, ms })
      log.info('request', { ...told, ...whoseOf(open), ms, code: error?.code })
      if (open.model !== null) {
        ledger.record(usageOf(open, { model: open.model, status: told.status, error }))
      }
      if (!counted) return
      const { request_id, path, status } = told
      const { model, tokenName: token_name } = open
      events.publish({ type: 'request.finished', request_id, path, model, token_name, status, code, ms })
    }
    /** Of an answer that was cut short it takes a moment to know what it had used. */
    const end = (error: LlmdError | undefined) => {
      if (open.reckoned) void open.reckoned.then(() => close(error))
      else close(error)
    }
    try {
      await next()
    } finally {
      // What was forwarded was written past hono, headers and all.
      const forwarded = c.get('forwarded')
      const streaming = c.get('streaming')
      if (!forwarded) c.res.headers.set('x-request-id', requestId)
      if (streaming) void streaming.then(end)
      else if (forwarded) end(forwarded.error)
      else end(c.error && !open.clientLeft ? toLlmdError(c.error) : undefined)
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

/** Never a query string or a body: they may hold what is nobody's business. */
function describe(c: HttpContext) {
  return {
    request_id: c.get('requestId'),
    method: c.req.method,
    path: hideTokenKeys(c.req.path),
    status: statusOf(c),
  }
}

/** By these, lines of the log are found again. The target is named where it is not the model itself. */
function whoseOf({ id, model, target, tokenId }: OpenRequest) {
  const answering = target?.provider ? `${target.provider}/${target.model}` : target?.model
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

function usageOf(
  open: OpenRequest,
  { model, status, error }: { model: string; status: number; error: LlmdError | undefined },
): UsageRow {
  const { usage, target } = open
  return {
    id: open.id,
    startedAt: open.startedAt.toISOString(),
    token: open.tokenId,
    model,
    target: target?.model ?? null,
    provider: target?.provider ?? null,
    path: open.path,
    status,
    code: error?.code ?? null,
    promptTokens: usage?.promptTokens ?? 0,
    cachedTokens: usage?.cachedTokens ?? 0,
    completionTokens: usage?.completionTokens ?? 0,
    reasoningTokens: usage?.reasoningTokens ?? 0,
    attempts: open.attempts.length,
    firstByteMs: open.firstByteMs,
    ms: open.elapsed(),
  }
}

function explain(error: LlmdError) {
  const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : undefined
  return { code: error.code, error: error.message, cause }
}
