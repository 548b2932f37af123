import type { LlmdError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { TraceContext } from '../traces/trace-context.ts'
import type { Arrival } from './arrival.ts'
import { nobody } from './authenticate.ts'
import type { RequestContext } from './http-env.ts'
import type { OpenRequest } from './open-request.ts'
import { createRequestId } from './request-id.ts'
import { tellPath } from './tell-path.ts'
import type { EndedStory } from './tell-story.ts'
import type { RequestTracker } from './track-requests.ts'

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

/** Names requests, keeps them open until their answer is over, and then logs one line and tells their story. */
export interface Follower {
  begin(request: Request, place: { arrival: Arrival; path: string }): RequestContext
  /** The answer is there, though maybe not over. */
  end(context: RequestContext, response: Response): void
}

export function followRequests({ requests, conclude, beginTrace, log }: Followers): Follower {
  const close = (context: RequestContext, status: number, error: LlmdError | undefined) => {
    const { open, method } = context
    if (error?.status === 500)
      log.error('request failed', {
        request_id: open.id,
        model: open.model ?? undefined,
        target: otherTarget(open),
        token: open.tokenId,
        ...explain(error),
      })
    const code = error?.code ?? null
    const story = open.close({ status, code })
    const ms = Math.round(story.ms)
    context.captured?.end({ status, code, ms })
    log[isLook(context, status) ? 'debug' : 'info']('request', {
      request_id: open.id,
      method,
      path: open.path,
      status,
      model: open.model ?? undefined,
      target: otherTarget(open),
      token: open.tokenId,
      ms,
      code: error?.code,
    })
    conclude(story)
  }

  /** Of an answer that was cut short it takes a moment to know what it had used. */
  const settle = (context: RequestContext, answered: number, error: LlmdError | undefined) => {
    const { open } = context
    const status = open.clientLeft ? clientLeftStatus : answered
    if (open.reckoned) void open.reckoned.then(() => close(context, status, error))
    else close(context, status, error)
  }

  return {
    begin(request, { arrival, path }) {
      const open = requests.open({
        id: createRequestId(),
        path: tellPath(path),
        counted: path.startsWith('/v1/') || path.startsWith('/mcp/'),
      })
      if (beginTrace) open.trace = beginTrace(request.headers.get('traceparent') ?? undefined)
      onClientGone(request, arrival, open)
      return {
        arrival,
        method: request.method,
        path,
        open,
        principal: nobody,
        failure: undefined,
        forwarded: undefined,
        handedOver: false,
        captured: undefined,
        streaming: undefined,
      }
    },
    end(context, response) {
      const { open, forwarded, streaming, failure } = context
      // What was forwarded was written past hono, headers and all.
      if (forwarded) return settle(context, forwarded.status, forwarded.error)
      if (context.handedOver) return
      response.headers.set('x-request-id', open.id)
      if (streaming) void streaming.then((error) => settle(context, response.status, error))
      else settle(context, response.status, failure)
    },
  }
}

function onClientGone(request: Request, arrival: Arrival, open: OpenRequest): void {
  const outgoing = arrival.via === 'in-process' ? undefined : arrival.exchange?.outgoing
  if (!outgoing) {
    const { signal } = request
    if (signal.aborted) open.leave()
    else signal.addEventListener('abort', () => open.leave(), { once: true })
    return
  }
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) open.leave()
  })
}

/** The TUI looks every second, and whoever looks at the log does not look for that. */
function isLook({ method, path }: RequestContext, status: number): boolean {
  return method === 'GET' && path.startsWith('/llmd/v1/') && status < 400
}

/** What answers, where it is not the model itself. */
function otherTarget({ target, model }: OpenRequest): string | undefined {
  const name = target?.provider ? `${target.provider}/${target.model}` : target?.model
  return name === model ? undefined : name
}

function explain(error: LlmdError) {
  const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : undefined
  return { code: error.code, error: error.message, cause }
}
