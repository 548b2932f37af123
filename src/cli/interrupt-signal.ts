import { ExitError } from '@oclif/core/errors'
import { takeSignal } from './take-signal.ts'

/** Aborted by Ctrl-C, with the exit that shells give for it. A second Ctrl-C ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController()
  takeSignal('SIGINT', () => {
    process.removeAllListeners('SIGINT')
    controller.abort(new ExitError(130))
  })
  return controller.signal
}
