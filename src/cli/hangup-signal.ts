import { isatty } from 'node:tty'
import { takeSignal } from './take-signal.ts'

/**
 * Hears SIGHUP, which means two things: to read the settings again, and that the terminal a program runs on is gone.
 * What went with its terminal can no longer be asked for it.
 */
export function onHangup({ reload, stop }: { reload: () => void; stop: () => void }): void {
  const hadTerminal = isatty(0)
  takeSignal('SIGHUP', () => {
    if (hadTerminal && !isatty(0)) stop()
    else reload()
  })
}
