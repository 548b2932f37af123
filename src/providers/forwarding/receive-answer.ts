import type { IncomingHttpHeaders } from 'node:http'
import type { LlmdError } from '../../errors.ts'
import type { UpstreamConnection } from '../connection.ts'
import { headersToPassOn } from './answer-headers.ts'
import { requirePlain } from './plain-body.ts'
import { receiveEvents } from './receive-events.ts'
import { JsonReceiver } from './receive-json.ts'
import { receiveRejection } from './receive-rejection.ts'
import type { BodyReceiver, Receiver } from './receiver.ts'
import { quoteName } from './rename-model.ts'
import { streamEndOf } from './stream-end.ts'
import { badAnswer, refusedByProxy, refusedKey } from './upstream-failures.ts'
import type { AnswerSink, ForwardRequest, ForwardResult } from '../upstream.ts'

const eventsType = /^\s*text\/event-stream\s*(?:;|$)/i
const jsonType = /^\s*application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i

export interface AnswerOptions {
  connection: UpstreamConnection
  request: ForwardRequest
  sink: AnswerSink
  stripUsage: boolean
  preludeMs: number
}

/** Takes the answer to a forwarded request, and hands it to the sink if it is one. */
export class AnswerReceiver implements Receiver<ForwardResult> {
  readonly #options: AnswerOptions
  readonly #startedAt = performance.now()
  #firstByteAt = 0
  #body: BodyReceiver<ForwardResult> | null = null

  constructor(options: AnswerOptions) {
    this.#options = options
  }

  head(status: number, headers: IncomingHttpHeaders): void {
    const { provider, key } = this.#options.connection
    if (status === 401) throw refusedKey(provider)
    if (status === 407) throw refusedByProxy(provider)
    if (status >= 600) throw badAnswer(provider, 'has a status that there is not')
    if (status >= 300 && status < 400) throw badAnswer(provider, 'is a redirect, which is not followed')
    if (status >= 400) this.#body = receiveRejection({ provider, status, headers, key })
    else this.#body = this.#receiveBody(status, headers)
  }

  data(chunk: Buffer): boolean {
    if (this.#firstByteAt === 0) this.#firstByteAt = performance.now()
    return this.#body?.data(chunk) ?? true
  }

  onDrain(callback: () => void): void {
    this.#options.sink.onDrain(callback)
  }

  end(): ForwardResult {
    if (!this.#body) throw badAnswer(this.#options.connection.provider, 'is empty')
    return this.#body.end()
  }

  abandoned(): void {
    this.#body?.abandoned?.()
  }

  broken(error: LlmdError): ForwardResult {
    if (!this.#body) throw error
    return this.#body.broken(error)
  }

  #receiveBody(status: number, headers: IncomingHttpHeaders): BodyReceiver<ForwardResult> {
    const { connection, request, sink, stripUsage, preludeMs } = this.#options
    const { provider } = connection
    requirePlain(provider, headers)
    requireType(provider, headers, request.stream)
    const options = {
      provider,
      sink,
      status,
      headers: headersToPassOn(headers),
      name: quoteName(request.clientModel),
      firstByteMs: () => this.#firstByteMs(),
    }
    if (!request.stream) return new JsonReceiver(options)
    return receiveEvents({ ...options, stripUsage, preludeMs, end: streamEndOf(request.path) })
  }

  #firstByteMs(): number {
    return (this.#firstByteAt === 0 ? performance.now() : this.#firstByteAt) - this.#startedAt
  }
}

function requireType(provider: string, headers: IncomingHttpHeaders, stream: boolean): void {
  const right = stream ? eventsType : jsonType
  if (right.test(headers['content-type'] ?? '')) return
  throw badAnswer(provider, stream ? 'is not a stream of events' : 'is not JSON')
}
