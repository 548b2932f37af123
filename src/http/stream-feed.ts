import { LlmdError, toLlmdError } from '../errors.ts'
import type { Subscription } from '../events/subscription.ts'
import { encodeAdminError } from './render-error.ts'
import type { OpenRequest } from './track-requests.ts'

export interface FeedOptions {
  subscription: Subscription
  request: OpenRequest
  /** Asked before anything is told: a feed may last longer than the token it was opened with. */
  allowed: () => boolean
  /** How often a comment says that the feed is alive. Proxies hang up on what is silent for a minute. */
  heartbeatMs?: number
}

export interface Feed {
  body: ReadableStream<Uint8Array>
  /** Settles when the body is over, with what broke it; never rejects. */
  ended: Promise<LlmdError | undefined>
}

type Controller = ReadableStreamDefaultController<Uint8Array>

/**
 * Events as server-sent events, until the client leaves or the daemon ends. A client may take its time: what it has
 * missed is counted for it.
 */
export function streamFeed(options: FeedOptions): Feed {
  const { subscription, request, allowed, heartbeatMs = 15_000 } = options
  const ended = Promise.withResolvers<LlmdError | undefined>()
  let heartbeat: NodeJS.Timeout | undefined
  let over = false

  const finish = (error?: LlmdError) => {
    over = true
    clearInterval(heartbeat)
    subscription[Symbol.dispose]()
    ended.resolve(error)
  }

  /** Tells one event, if there is one. */
  const tell = (controller: Controller): boolean => {
    const event = subscription.take()
    if (event) controller.enqueue(frame(event))
    return event !== undefined
  }

  const end = (controller: Controller, cause: unknown) => {
    if (over) return
    const reason = request.clientLeft ? undefined : toLlmdError(cause)
    // A feed is meant to end with the daemon, of which all is told to the last.
    const isMeant = reason?.code === 'shutting_down'
    if (isMeant) while (allowed() && tell(controller));
    else if (reason) controller.enqueue(frame(encodeAdminError(reason)))
    controller.close()
    finish(isMeant ? undefined : reason)
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        heartbeat = setInterval(() => {
          // What lies there unread will do.
          if (controller.desiredSize === 0) controller.enqueue(encode(':\n\n'))
        }, heartbeatMs)
        const abort = () => end(controller, request.signal.reason)
        if (request.signal.aborted) abort()
        else request.signal.addEventListener('abort', abort, { once: true })
      },
      async pull(controller) {
        await subscription.ready()
        if (over) return
        if (allowed()) tell(controller)
        else end(controller, new LlmdError('invalid_api_key', 'The API key was revoked or has expired.'))
      },
      cancel() {
        if (over) return
        finish()
        request.leave()
      },
    },
    // Nothing is taken before it is asked for, so that what is lost is lost where it is counted.
    { highWaterMark: 0 },
  )
  return { body, ended: ended.promise }
}

function frame(value: object): Uint8Array {
  return encode(`data: ${JSON.stringify(value)}\n\n`)
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
