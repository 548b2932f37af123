import type { LlmdError } from '../errors.ts'

/** A failure that another try may not meet. */
export class TransientFailure extends Error {
  /** What to tell when there is no other try. */
  readonly failure: LlmdError
  /** How long the server wants to be left alone. */
  readonly afterMs: number

  constructor(failure: LlmdError, { afterMs = 0 }: { afterMs?: number } = {}) {
    super(failure.message, { cause: failure })
    this.failure = failure
    this.afterMs = afterMs
  }
}
