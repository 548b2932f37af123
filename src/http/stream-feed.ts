import { LlmdError, toLlmdError } from '../errors.ts'
import { encodeAdminError } from './render-error.ts'
import type { OpenRequest } from './open-request.ts'
import { whenAborted } from './when-aborted.ts'

/** What is to be told, as far as it has not been yet. Disposing it ends it. */
export interface FeedSource<Item> extends Disposable {
  /** The next item; undefined where there is none yet. */
  take(): Item | undefined
  /** Resolves as soon as there is something to take, or there will be nothing more. */
  ready(): Promise<void>
  /** There will be nothing more; absent where there is always more to come. */
  readonly done?: boolean
}

export interface FeedOptions<Item> {
  source: FeedSource<Item>
  /** Makes JSON of an item. */
  encode: (item: Item) => string
  /** How many items may be sent as one piece; by default each on its own. */
  batch?: number
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
 * Items as server-sent events, until there are no more, the client leaves or the daemon ends. A client may take its
 * time: what it has missed is counted for it.
 */
export function streamFeed<Item>(options: FeedOptions<Item>): Feed {
  const { source, encode, batch = 1, request, allowed, heartbeatMs = 15_000 } = options
  const ended = Promise.withResolvers<LlmdError | undefined>()
  let heartbeat: NodeJS.Timeout | undefined
  let over = false

  const finish = (error?: LlmdError) => {
    over = true
    clearInterval(heartbeat)
    source[Symbol.dispose]()
    ended.resolve(error)
  }

  /** Tells what is there, if there is anything. */
  const tell = (controller: Controller): boolean => {
    const frames: string[] = []
    while (frames.length < batch) {
      const item = source.take()
      if (item === undefined) break
      frames.push(frame(encode(item)))
    }
    if (frames.length > 0) controller.enqueue(toBytes(frames.join('')))
    return frames.length > 0
  }

  const end = (controller: Controller, cause: unknown) => {
    if (over) return
    const reason = request.clientLeft ? undefined : toLlmdError(cause)
    // A feed is meant to end with the daemon, of which all is told to the last.
    const isMeant = reason?.code === 'shutting_down'
    if (isMeant) while (allowed() && tell(controller));
    else if (reason) controller.enqueue(toBytes(frame(JSON.stringify(encodeAdminError(reason)))))
    controller.close()
    finish(isMeant ? undefined : reason)
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        heartbeat = setInterval(() => {
          // What lies there unread will do.
          if (controller.desiredSize === 0) controller.enqueue(toBytes(':\n\n'))
        }, heartbeatMs)
        whenAborted(request, () => end(controller, request.signal.reason))
      },
      async pull(controller) {
        try {
          await source.ready()
        } catch (error) {
          return end(controller, error)
        }
        if (over) return
        if (!allowed())
          end(controller, new LlmdError('invalid_api_key', 'The API key was revoked or has expired.'))
        else if (!tell(controller) && source.done) {
          controller.close()
          finish()
        }
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

function frame(json: string): string {
  return `data: ${json}\n\n`
}

function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
