import type { CreatedToken } from '../api/tokens.ts'
import type { ErrorReport } from './error-report.ts'

/**
 * What a daemon in the background tells whoever started it, over the IPC channel: the first token must reach the
 * terminal, and never the log file that its output goes to.
 */
export type Handover =
  | { ready: true; listeners: string[]; firstToken: CreatedToken | null }
  | { ready: false; error: ErrorReport }

/** Sends it and lets go of the channel, which may be gone already. */
export function handOver(message: Handover): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send) return resolve()
    process.send(message, () => {
      if (process.connected) process.disconnect()
      resolve()
    })
  })
}
