import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '../client/create-client.ts'
import type { Connection } from '../client/connect.ts'
import { LlmdError } from '../errors.ts'
import { isRunning } from './is-running.ts'

/** For what is left to do once open requests are done: ending engines, closing the database. */
const closingMs = 30_000

/** Asks the daemon to end and waits until it has. @returns its pid */
export async function stopDaemon({ client, mode }: Connection): Promise<number> {
  const { pid } = await client.status()
  await client.stop()
  await waitForEnd({ client, ...(mode === 'socket' && { pid }) })
  return pid
}

/**
 * Waits while the daemon drains, which it bounds by itself, and then a little for its process to end.
 * @param options.pid of a daemon on this machine
 * @throws LlmdError `shutting_down` when it does not come to an end
 */
export async function waitForEnd({ client, pid }: { client: Client; pid?: number }): Promise<void> {
  let deadline = Date.now() + closingMs
  for (;;) {
    if (pid !== undefined && !isRunning(pid)) return
    const state = await stateOf(client)
    if (state === 'draining') deadline = Date.now() + closingMs
    if (state === 'gone' && pid === undefined) return
    if (Date.now() > deadline) {
      throw new LlmdError(
        'shutting_down',
        `The daemon${pid === undefined ? '' : ` (pid ${pid})`} does not come to an end.`,
        {
          hint: `Its log may tell why.${pid === undefined ? '' : ` To end it at once: kill -9 ${pid}`}`,
        },
      )
    }
    await delay(50)
  }
}

async function stateOf(client: Client): Promise<'running' | 'draining' | 'gone'> {
  try {
    return (await client.status()).draining ? 'draining' : 'running'
  } catch {
    return 'gone'
  }
}
