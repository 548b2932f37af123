import type { ChatUsage } from '../../chat/usage.ts'
import type { LlmdError } from '../../errors.ts'
import { beginsLikeJson, endsLikeJson, looksLikeJson } from './json-bytes.ts'
import { readUsage, readUsageOfJson } from './read-usage.ts'
import type { BodyReceiver } from './receiver.ts'
import { createModelRenamer, renameModel } from './rename-model.ts'
import { badAnswer } from './upstream-failures.ts'
import type { AnswerSink, ForwardResult } from '../upstream.ts'

/** An answer up to this size is held until it is whole. */
const mostHeldBytes = 1024 ** 2

const mostBytes = 256 * 1024 ** 2

export interface JsonOptions {
  provider: string
  sink: AnswerSink
  status: number
  headers: Record<string, string>
  /** The client's name of the model, as it stands in JSON. */
  name: Buffer
  firstByteMs: () => number
}

/**
 * Passes a JSON answer on. Until it is whole nothing is, so that one that breaks off can still be tried elsewhere;
 * only large ones, which embeddings can be, flow through.
 */
export class JsonReceiver implements BodyReceiver<ForwardResult> {
  readonly #options: JsonOptions
  #chunks: Buffer[] = []
  #size = 0
  #flow: ReturnType<typeof createModelRenamer> | null = null
  // Of an answer that flows, the end is in what came last; usage may come before much else.
  #last: Buffer = nothing
  #usage: ChatUsage | null = null

  constructor(options: JsonOptions) {
    this.#options = options
  }

  data(chunk: Buffer): boolean {
    this.#size += chunk.length
    if (this.#size > mostBytes) throw this.#bad(`is larger than ${mostBytes / 1024 ** 2} MB`)
    if (this.#flow) return this.#pass(this.#flow, chunk)
    this.#chunks.push(chunk)
    return this.#size <= mostHeldBytes || this.#startFlow()
  }

  end(): ForwardResult {
    const { sink, status, firstByteMs } = this.#options
    if (!this.#flow) return this.#passWhole()
    if (!endsLikeJson(this.#last)) throw this.#bad('ended before it was complete')
    sink.write(this.#flow.end())
    sink.end()
    return { kind: 'answered', status, usage: this.#usage, firstByteMs: firstByteMs() }
  }

  abandoned(): void {
    if (this.#usage) this.#options.sink.abandoned(this.#usage)
  }

  broken(error: LlmdError): ForwardResult {
    if (!this.#flow) throw error
    const { sink, firstByteMs } = this.#options
    sink.fail(error)
    return { kind: 'broken', error, usage: this.#usage, firstByteMs: firstByteMs() }
  }

  #passWhole(): ForwardResult {
    const { sink, status, headers, name, firstByteMs } = this.#options
    const whole = this.#held()
    if (!looksLikeJson(whole)) throw this.#bad('is not JSON')
    const usage = readUsageOfJson(whole)
    const renamed = renameModel(whole, name)
    headers['content-length'] = String(renamed.length)
    sink.head(status, headers, usage)
    sink.end(renamed)
    return { kind: 'answered', status, usage, firstByteMs: firstByteMs() }
  }

  #startFlow(): boolean {
    const { sink, status, headers, name } = this.#options
    const beginning = this.#held()
    if (!beginsLikeJson(beginning)) throw this.#bad('is not JSON')
    this.#chunks = []
    this.#flow = createModelRenamer(name)
    sink.head(status, headers)
    return this.#pass(this.#flow, beginning)
  }

  #pass(through: ReturnType<typeof createModelRenamer>, chunk: Buffer): boolean {
    this.#last = Buffer.concat([this.#last.subarray(-4096), chunk])
    this.#usage = readUsage(this.#last) ?? this.#usage
    return this.#options.sink.write(through.push(chunk))
  }

  #held(): Buffer {
    const [only] = this.#chunks
    return only && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks, this.#size)
  }

  #bad(how: string): LlmdError {
    return badAnswer(this.#options.provider, how)
  }
}

const nothing = Buffer.alloc(0)
