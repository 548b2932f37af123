import type { ChatUsage } from '../../../src/chat/usage.ts'
import type { LlmdError } from '../../../src/errors.ts'
import type { AnswerSink } from '../../../src/providers/upstream.ts'

export interface CollectedAnswer extends AnswerSink {
  status: number | null
  headers: Record<string, string>
  readonly text: string
  readonly bytes: Buffer
  writes: number
  /** `end`, or the error that `fail` was called with; undefined while more may come. */
  over: 'end' | LlmdError | undefined
  /** What was known of its usage when it was abandoned. */
  usage: ChatUsage | undefined
}

/** A client that reads everything at once. */
export function collectAnswer(): CollectedAnswer {
  const chunks: Uint8Array[] = []
  return {
    status: null,
    headers: {},
    writes: 0,
    over: undefined,
    usage: undefined,
    get bytes() {
      return Buffer.concat(chunks)
    },
    get text() {
      return Buffer.concat(chunks).toString()
    },
    head(status, headers) {
      this.status = status
      this.headers = headers
    },
    write(chunk) {
      this.writes += 1
      chunks.push(chunk)
      return true
    },
    onDrain: () => {},
    end(last) {
      if (last) this.write(last)
      this.over = 'end'
    },
    fail(error) {
      this.over = error
    },
    abandoned(usage) {
      this.usage = usage
    },
  }
}
