import { LlmdError } from '../../src/errors.ts'

/** What `run` refuses with; anything else that it throws passes. */
export function refusal(run: () => unknown): LlmdError {
  try {
    run()
  } catch (error) {
    if (error instanceof LlmdError) return error
    throw error
  }
  throw new Error('was accepted')
}

/** What the client would get; anything but an LlmdError is a bug. */
export function statusOf(run: () => unknown): number {
  try {
    run()
    return 200
  } catch (error) {
    if (error instanceof LlmdError) return error.status
    throw error
  }
}
