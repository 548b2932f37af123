import { constants } from 'node:os'
import { takeSignal } from './take-signal.ts'

/**
 * Resolves at the first SIGINT or SIGTERM. Whoever sends a second one does not want to wait: the process ends at once,
 * with the exit code that shells give for the signal.
 */
export function stopSignals(): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false
    const onSignal = (signal: NodeJS.Signals) => {
      // oxlint-disable-next-line unicorn/no-process-exit -- nothing may delay this
      if (stopping) process.exit(128 + constants.signals[signal])
      stopping = true
      resolve()
    }
    takeSignal('SIGINT', onSignal)
    takeSignal('SIGTERM', onSignal)
  })
}
