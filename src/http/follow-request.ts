import { hideTokenKeys } from '../access/token-key.ts'
import { type LlmdError, toLlmdError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { HttpContext, HttpMiddleware } from './http-env.ts'
import { createRequestId } from './request-id.ts'
import type { RequestTracker } from './track-requests.ts'

/** Nginx's status for a client that left before its answer was over; only the log ever sees it. */
export const clientLeftStatus = 499

/** Names a request, keeps it open until its answer is over, and then logs one line about it. */
export function followRequest({ requests, log }: { requests: RequestTracker; log: Log }): HttpMiddleware {
  return async (c, next) => {
    const started = performance.now()
    const requestId = createRequestId()
    const open = requests.open({
      id: requestId,
      path: c.req.path,
      client: c.req.raw.signal,
      counted: c.req.path.startsWith('/v1/'),
    })
    c.set('requestId', requestId)
    c.set('open', open)
    const close = (error: LlmdError | undefined) => {
      open.close()
      if (error?.status === 500) log.error('request failed', explain(error, requestId))
      log.info('request', { ...describe(c), ms: Math.round(performance.now() - started), code: error?.code })
    }
    try {
      await next()
    } finally {
      c.res.headers.set('x-request-id', requestId)
      const streaming = c.get('streaming')
      if (streaming) void streaming.then(close)
      else close(c.error && !open.clientLeft ? toLlmdError(c.error) : undefined)
    }
  }
}

/** Never a query string or a body: they may hold what is nobody's business. */
function describe(c: HttpContext) {
  return {
    request_id: c.get('requestId'),
    method: c.req.method,
    path: hideTokenKeys(c.req.path),
    status: c.get('open').clientLeft ? clientLeftStatus : c.res.status,
    token: c.get('principal')?.tokenId,
  }
}

function explain(error: LlmdError, requestId: string) {
  const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : undefined
  return { request_id: requestId, code: error.code, error: error.message, cause }
}
