import { Readable } from 'node:stream'
import type { LlmdError } from '../../errors.ts'
import { toFrame } from '../rpc.ts'

/** Characters that may wait to be read before the program has to. */
const highWaterMark = 64 * 1024

/** Messages as server-sent events, for one answer. */
export interface MessageStream {
  /** @param json of one line */
  push(json: string): void
  /** There will be nothing more. */
  end(): void
  /** It is over, after what was pushed. */
  fail(error: LlmdError): void
  /** Whether more waits to be read than should. */
  readonly isFull: boolean
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * @param options.onRead Told when what was waiting has been read
 * @param options.onClose Told once it is over: read to its end, or given up before
 * @param options.heartbeatMs How often a comment says that it is alive: proxies hang up on what is silent for a minute
 */
export function createMessageStream(options: {
  onRead: () => void
  onClose: (isGivenUp: boolean) => void
  heartbeatMs: number
}): MessageStream {
  let failure: LlmdError | undefined
  let isFull = false
  let isEnded = false
  const heartbeat = setInterval(() => {
    if (readable.readableLength === 0) put(':\n\n')
  }, options.heartbeatMs)
  const readable = new Readable({
    highWaterMark,
    read() {
      if (!isFull) return
      isFull = false
      options.onRead()
    },
    destroy(error, done) {
      clearInterval(heartbeat)
      options.onClose(!isEnded)
      done(error)
    },
  })
  const put = (frame: string) => {
    if (!isEnded && !readable.destroyed) isFull = !readable.push(frame)
  }
  const end = () => {
    if (isEnded) return
    isEnded = true
    clearInterval(heartbeat)
    readable.push(null)
  }

  const body: AsyncIterable<Uint8Array> = {
    // No generator: one that was not begun cannot be given up.
    [Symbol.asyncIterator]() {
      const frames: AsyncIterator<Uint8Array> = readable[Symbol.asyncIterator]()
      return {
        async next() {
          const result = await frames.next()
          if (result.done && failure) throw failure
          return result
        },
        async return() {
          readable.destroy()
          return { done: true, value: undefined }
        },
      }
    },
  }

  return {
    push: (json) => put(toFrame(json)),
    end,
    fail(error) {
      if (!isEnded) failure = error
      end()
    },
    get isFull() {
      return isFull && !readable.destroyed
    },
    body,
  }
}
