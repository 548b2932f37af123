import type { CancelSignal } from '../../chat/cancel-signal.ts'
import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { toLlmdError } from '../../errors.ts'
import type { UpstreamDeadlines } from '../connection.ts'
import type { DeadlineSweep, Timed } from './deadline-sweep.ts'
import type { Receiver } from './receiver.ts'
import type { TrackedClient, TrackedHandler } from './tracked-client.ts'
import { type CallStage, describeFailure, isUncalledFor, timedOut } from './upstream-failures.ts'

export interface CallOptions<Result> {
  provider: string
  receiver: Receiver<Result>
  deadlines: UpstreamDeadlines
  sweep: DeadlineSweep
  signal: CancelSignal
  /** Sends the same request over a connection of its own. */
  sendAfresh: (call: TrackedHandler) => void
}

/**
 * One request to an upstream, from its dispatch to its end: keeps its deadlines, ends it with its signal, and hands the
 * answer to the receiver. It is the handler that undici calls, and the listener of the signal, itself: there is one for
 * each request that llmd forwards.
 */
export class UpstreamCall<Result> implements TrackedHandler, Timed {
  /** What the receiver made of it. Rejects with an LlmdError, or with the signal's reason. */
  readonly result: Promise<Result>
  client: TrackedClient | null = null
  liveSlot = -1
  readonly #options: CallOptions<Result>
  readonly #resolve: (result: Result) => void
  readonly #reject: (error: unknown) => void
  readonly #startedAt = performance.now()
  #stage: CallStage = 'connecting'
  /** Since when it waits for what is due next. */
  #waitsSince = this.#startedAt
  #controller: Dispatcher.DispatchController | null = null
  #isOver = false
  #isPaused = false
  #isAnswered = false
  /** Whether the connection may have been closed at the other end before the request got there. */
  #mayBeStale = false

  constructor(options: CallOptions<Result>) {
    this.#options = options
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    this.result = promise
    this.#resolve = resolve
    this.#reject = reject
    options.sweep.watch(this)
    options.signal.addEventListener('abort', this)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Thrown, it leaves the new connection to others.
    if (this.#isOver) throw new Error('over before it began')
    this.#controller = controller
    this.#stage = 'waiting'
    this.#waitsSince = performance.now()
    this.#mayBeStale = this.client?.use() ?? false
  }

  onResponseStarted(): void {
    this.#isAnswered = true
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    // Slices of what was read with them, which would live as long as the request.
    controller.rawHeaders = null
    if (this.#isOver || status < 200) return
    try {
      this.#options.receiver.head(status, headers)
    } catch (error) {
      this.#fail(error)
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return
    this.#stage = 'answering'
    this.#waitsSince = performance.now()
    const { receiver } = this.#options
    try {
      if (receiver.data(chunk)) return
      this.#isPaused = true
      controller.pause()
      receiver.onDrain(() => this.#resume())
    } catch (error) {
      this.#fail(error)
    }
  }

  onResponseEnd(): void {
    if (this.#isOver) return
    try {
      const result = this.#options.receiver.end()
      this.#release()
      this.#resolve(result)
    } catch (error) {
      this.#fail(error)
    }
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#isOver) return
    if (this.#mayBeStale && !this.#isAnswered && isDisconnect(error)) {
      this.#stage = 'connecting'
      this.#waitsSince = performance.now()
      this.client = null
      this.#options.sendAfresh(this)
    } else this.#fail(describeFailure(this.#options.provider, error, this.#stage))
  }

  /** The signal was aborted. */
  handleEvent(): void {
    if (this.#isOver) return
    this.#end()
    this.#options.receiver.abandoned?.()
    this.#reject(this.#options.signal.reason)
  }

  check(now: number): void {
    const { provider, deadlines } = this.#options
    if (this.#isOver) return
    if (now - this.#startedAt > deadlines.total) {
      this.#fail(timedOut(provider, 'was not done with its answer', deadlines.total))
    } else if (this.#stage === 'connecting') {
      this.#expire(now, deadlines.connect, 'could not be connected to')
    } else if (this.#stage === 'waiting') {
      this.#expire(now, deadlines.firstByte, 'did not begin to answer')
    } else if (!this.#isPaused) {
      this.#expire(now, deadlines.idle, 'did not go on with its answer')
    }
  }

  #expire(now: number, ms: number, what: string): void {
    if (now - this.#waitsSince > ms) this.#fail(timedOut(this.#options.provider, what, ms))
  }

  #resume(): void {
    if (this.#isOver) return
    this.#isPaused = false
    this.#waitsSince = performance.now()
    this.#controller?.resume()
  }

  #fail(cause: unknown): void {
    this.#end()
    try {
      this.#resolve(this.#options.receiver.broken(toLlmdError(cause)))
    } catch (error) {
      this.#reject(error)
    }
  }

  /** Closes the connection, and with it ends the upstream's work. */
  #end(): void {
    this.#release()
    this.#controller?.abort(new Error('over'))
  }

  #release(): void {
    this.#isOver = true
    this.#options.sweep.forget(this)
    this.#options.signal.removeEventListener('abort', this)
  }
}

function isDisconnect(error: Error): boolean {
  if (isUncalledFor(error)) return false
  return 'code' in error && ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(String(error.code))
}
