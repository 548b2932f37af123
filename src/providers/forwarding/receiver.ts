import type { IncomingHttpHeaders } from 'node:http'
import type { LlmdError } from '../../errors.ts'

/** Takes the answer to a call, and says what came of it. What its methods throw ends the call. */
export interface Receiver<Result> {
  head(status: number, headers: IncomingHttpHeaders): void
  /** False asks to be left alone until `onDrain`'s callback is called. */
  data(chunk: Buffer): boolean
  onDrain(callback: () => void): void
  /** The answer is over. */
  end(): Result
  /** The signal ended the call. */
  abandoned?(): void
  /** The call broke off: what is left to be said, or the error thrown. */
  broken(error: LlmdError): Result
}

/** Takes the body of an answer of one kind; its head came before. */
export type BodyReceiver<Result> = Omit<Receiver<Result>, 'head' | 'onDrain'>
