import { LlmdError, toLlmdError } from '../errors.ts'
import { giveUp } from './give-up.ts'
import type { OpenRequest } from './open-request.ts'
import { whenAborted } from './when-aborted.ts'

/** Turns events into the `data:` of server-sent events. */
export interface StreamEncoder<Event> {
  event(event: Event): string[]
  end(): string[]
  fail(error: LlmdError): string[]
}

export interface EventStream {
  body: ReadableStream<Uint8Array>
  /** Settles when the body is over, with what broke it; never rejects. */
  ended: Promise<LlmdError | undefined>
}

/**
 * Server-sent events, pulled one by one as the client reads. A failure becomes the encoder's last words; a client
 * that leaves, or stops reading, aborts the request.
 */
export function streamEvents<Event>(options: {
  events: AsyncIterator<Event>
  /** What `events` already gave, so that its failure could still be answered with a status. */
  first: IteratorResult<Event>
  encoder: StreamEncoder<Event>
  request: OpenRequest
  stallMs?: number
}): EventStream {
  const { events, encoder, request, stallMs = request.stallMs } = options
  const ended = Promise.withResolvers<LlmdError | undefined>()
  let waiting: IteratorResult<Event> | undefined = options.first
  let over = false
  let stall: NodeJS.Timeout | undefined

  /** The data of the next frame, and whether it is the last. */
  const next = async () => {
    for (;;) {
      const result = waiting ?? (await events.next())
      waiting = undefined
      if (result.done) return { data: encoder.end(), last: true }
      const data = encoder.event(result.value)
      if (data.length > 0) return { data, last: false }
    }
  }

  const finish = (error?: LlmdError) => {
    over = true
    clearTimeout(stall)
    ended.resolve(error)
    void giveUp(events)
  }

  const fail = (controller: ReadableStreamDefaultController<Uint8Array>, cause: unknown) => {
    if (over) return
    const error = request.clientLeft ? undefined : toLlmdError(cause)
    if (error) controller.enqueue(toFrames(encoder.fail(error)))
    controller.close()
    finish(error)
  }

  /** Cuts the connection: last words would only join what already waits unread. */
  const cut = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const error = new LlmdError('client_stalled', `Nothing was read for ${stallMs / 1000} s.`)
    finish(error)
    controller.error(error)
    request.abort(error)
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        whenAborted(request, () => fail(controller, request.signal.reason))
      },
      async pull(controller) {
        clearTimeout(stall)
        try {
          const { data, last } = await next()
          if (over) return
          controller.enqueue(toFrames(data))
          if (!last) {
            stall = setTimeout(cut, stallMs, controller)
            return
          }
          controller.close()
          finish()
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
    // Nothing is made before it is asked for.
    { highWaterMark: 0 },
  )
  return { body, ended: ended.promise }
}

function toFrames(data: string[]): Uint8Array {
  return new TextEncoder().encode(data.map((line) => `data: ${line}\n\n`).join(''))
}
