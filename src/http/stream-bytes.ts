import { LlmdError, toLlmdError } from '../errors.ts'
import { giveUp } from './give-up.ts'
import type { OpenRequest } from './open-request.ts'
import { whenAborted } from './when-aborted.ts'
import type { EventStream } from './stream-events.ts'

/**
 * A body as it comes, pulled piece by piece as the client reads. What breaks off ends with `lastWords`, or is cut off. A
 * client that leaves, or stops reading, aborts the request.
 */
export function streamBytes(options: {
  body: AsyncIterable<Uint8Array>
  /** Undefined where nothing may follow what was sent. */
  lastWords: (error: LlmdError) => string | undefined
  /** Hangs up on the client; absent where it is this process. */
  hangUp: (() => void) | undefined
  /** Asked before anything is sent: an answer may last longer than the token it was asked for with. */
  allowed: () => boolean
  request: OpenRequest
}): EventStream {
  const { lastWords, hangUp, allowed, request } = options
  const pieces = options.body[Symbol.asyncIterator]()
  const ended = Promise.withResolvers<LlmdError | undefined>()
  let over = false
  let stall: NodeJS.Timeout | undefined

  const finish = (error?: LlmdError) => {
    over = true
    clearTimeout(stall)
    ended.resolve(error)
    void giveUp(pieces)
  }

  const cut = (controller: ReadableStreamDefaultController<Uint8Array>, error: LlmdError) => {
    if (over) return
    finish(error)
    // Before the client is seen to leave, which it does not.
    request.abort(error)
    if (hangUp) hangUp()
    else controller.error(error)
  }

  const fail = (controller: ReadableStreamDefaultController<Uint8Array>, cause: unknown) => {
    if (over) return
    const error = request.clientLeft ? undefined : toLlmdError(cause)
    const words = error && lastWords(error)
    if (error && words === undefined) return cut(controller, error)
    if (words !== undefined) controller.enqueue(Buffer.from(words))
    controller.close()
    finish(error)
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        whenAborted(request, () => fail(controller, request.signal.reason))
      },
      async pull(controller) {
        clearTimeout(stall)
        try {
          const piece = await pieces.next()
          if (over) return
          if (piece.done) {
            controller.close()
            finish()
          } else if (allowed()) {
            controller.enqueue(piece.value)
            const { stallMs } = request
            stall = setTimeout(() => {
              cut(controller, new LlmdError('client_stalled', `Nothing was read for ${stallMs / 1000} s.`))
            }, stallMs)
          } else fail(controller, new LlmdError('invalid_api_key', 'The API key was revoked or has expired.'))
        } catch (error) {
          fail(controller, error)
        }
      },
      cancel() {
        if (over) return
        finish()
        request.leave()
      },
    },
    // Nothing is taken before it is asked for.
    { highWaterMark: 0 },
  )
  return { body, ended: ended.promise }
}
