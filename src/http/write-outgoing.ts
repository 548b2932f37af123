import type { ServerResponse } from 'node:http'
import type { ChatUsage } from '../chat/usage.ts'
import { LlmdError } from '../errors.ts'
import type { AnswerSink } from '../providers/upstream.ts'
import type { OpenRequest } from './open-request.ts'
import { watchStall, type StallWatch } from './watch-stall.ts'

export interface OutgoingOptions {
  outgoing: ServerResponse
  /** Told that the answer begins; gives the headers of every answer, beside the upstream's own. */
  begin: (usage?: ChatUsage | null) => Record<string, string>
  /** Of a stream that broke off, as server-sent events; undefined for an answer that is no stream. */
  lastWords: ((error: LlmdError) => string) | undefined
  request: OpenRequest
}

/** Writes a forwarded answer straight to the connection. A client that stops reading for long is cut off. */
export class OutgoingSink implements AnswerSink {
  readonly #options: OutgoingOptions
  #watch: StallWatch | undefined

  constructor(options: OutgoingOptions) {
    this.#options = options
  }

  head(status: number, headers: Record<string, string>, usage?: ChatUsage | null): void {
    const { outgoing, begin } = this.#options
    // As Node writes them; an object would be copied and looked through first.
    const raw: string[] = []
    const all = Object.assign(headers, begin(usage))
    for (const name in all) raw.push(name, all[name] ?? '')
    outgoing.writeHead(status, raw)
  }

  write(chunk: Uint8Array): boolean {
    if (this.#options.outgoing.write(chunk)) return true
    this.#watchStall()
    return false
  }

  onDrain(callback: () => void): void {
    this.#options.outgoing.once('drain', () => {
      this.#watch?.stop()
      callback()
    })
  }

  end(last?: Uint8Array): void {
    const { outgoing } = this.#options
    outgoing.end(last)
    if (outgoing.writableLength > 0) this.#watchStall()
  }

  abandoned(usage: ChatUsage): void {
    this.#options.request.use(usage)
  }

  fail(error: LlmdError): void {
    const { outgoing, lastWords } = this.#options
    // Elsewhere than in a stream there is no place for words, but a connection that is cut tells enough.
    if (lastWords && !outgoing.destroyed) outgoing.end(lastWords(error))
    else outgoing.destroy()
  }

  #watchStall(): void {
    this.#watch ??= this.#createWatch()
    this.#watch.start()
  }

  #createWatch(): StallWatch {
    const { outgoing, request } = this.#options
    const { stallMs } = request
    const onStall = () => {
      request.abort(new LlmdError('client_stalled', `Nothing was read for ${stallMs / 1000} s.`))
      outgoing.destroy()
    }
    return watchStall(outgoing, { stallMs, onStall })
  }
}
