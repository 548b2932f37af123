import type { LogEntry } from '../../api/logs.ts'
import { followLog } from '../../cli/follow-log.ts'
import type { Connection } from '../../client/connect.ts'
import { toLlmdError } from '../../errors.ts'
import type { Message } from '../contract.ts'
import { inBatches } from './in-batches.ts'

/** Dispatches the lines of the log that are there and those that come, until the signal is aborted. Never rejects. */
export async function followDaemonLog(options: {
  connect: () => Promise<Connection>
  signal: AbortSignal
  dispatch: (message: Message) => void
}): Promise<void> {
  const { connect, signal, dispatch } = options
  const tell = inBatches<LogEntry>((entries) => dispatch({ type: 'log', entries }))
  try {
    // The banner tells when the daemon is gone.
    for await (const item of followLog({ filter: {}, signal, connect, note: () => {} })) {
      if (item.type === 'line') tell(item.entry)
      else dispatch({ type: 'log-lost', count: item.count })
    }
  } catch (error) {
    if (signal.aborted) return
    const text = `Log: ${toLlmdError(error).message}`
    dispatch({ type: 'follow-up', effects: [{ type: 'toast', tone: 'bad', text }] })
  }
}
