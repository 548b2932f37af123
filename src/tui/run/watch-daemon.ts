import { setTimeout as delay } from 'node:timers/promises'
import type { DaemonEvent } from '../../api/events.ts'
import type { Connection } from '../../client/connect.ts'
import { toLlmdError } from '../../errors.ts'
import type { Message } from '../contract.ts'
import { inBatches } from './in-batches.ts'

/** How soon a daemon that is gone is looked for again. */
const retryMs = 500

/** Dispatches what happens in the daemon, in whichever is there, until the signal is aborted. */
export async function watchDaemon(options: {
  first: Connection
  connect: () => Promise<Connection>
  signal: AbortSignal
  dispatch: (message: Message) => void
  /** Told of each new way to a daemon. */
  onConnection: (connection: Connection) => void
}): Promise<void> {
  const { first, connect, signal, dispatch, onConnection } = options
  let known: Connection | undefined = first
  const tell = inBatches<DaemonEvent>((events) => dispatch({ type: 'events', events, now: Date.now() }))
  while (!signal.aborted) {
    let reason = 'The daemon has ended.'
    try {
      const connection = known ?? (await connect())
      known = undefined
      onConnection(connection)
      for await (const event of connection.client.events({ signal })) {
        if (event.type === 'opened') dispatch({ type: 'connected', now: Date.now() })
        else tell(event)
      }
    } catch (error) {
      reason = toLlmdError(error).message
    }
    if (signal.aborted) return
    dispatch({ type: 'disconnected', reason, now: Date.now() })
    await delay(retryMs, undefined, { signal }).catch(() => {})
  }
}
