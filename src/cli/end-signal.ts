import { ExitError } from '@oclif/core/errors'

/**
 * Aborted by Ctrl-C, with exit code 130, or when nobody reads stdout any more, which is a quiet end. A second Ctrl-C
 * ends the process at once.
 */
export function endSignal(): AbortSignal {
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort(new ExitError(130)))
  process.stdout.once('error', () => controller.abort(new ExitError(0)))
  return controller.signal
}
