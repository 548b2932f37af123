import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Connection } from '../client/connect.ts'
import type { Paths } from '../config/paths.ts'
import { LlmdError } from '../errors.ts'
import { startInBackground } from './background.ts'
import { waitForEnd } from './stop-daemon.ts'

export interface StartOptions {
  /** Folder of the package. */
  root: string
  /** Arguments for `llmd serve`. */
  args: string[]
  paths: Paths
  /** @throws LlmdError `daemon_unreachable` */
  connect: () => Promise<Connection>
}

export interface StartedDaemon {
  /** False when one was running already. */
  started: boolean
  pid: number
  listeners: string[]
  /** The secret of the token made at the first start. */
  firstToken: string | null
}

/** How long a daemon that has the data, but takes no requests yet, may take to do so. */
const patienceMs = 15_000

/** Resolves once a daemon takes requests: the one that runs, or a new one in the background. */
export async function startDaemon({ root, args, paths, connect }: StartOptions): Promise<StartedDaemon> {
  const running = await findRunning(connect)
  if (running) return running
  try {
    const { pid, handover } = await startInBackground({
      program: join(root, 'bin/run.js'),
      args,
      paths,
      env: process.env,
    })
    await waitUntilReady(connect)
    return {
      started: true,
      pid,
      listeners: handover.listeners,
      firstToken: handover.firstToken?.key ?? null,
    }
  } catch (error) {
    if (!(error instanceof LlmdError) || error.code !== 'data_locked') throw error
    // Somebody else started one at the same time.
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await delay(50)) {
      const other = await findRunning(connect)
      if (other) return other
    }
    throw error
  }
}

async function waitUntilReady(connect: () => Promise<Connection>): Promise<void> {
  await using connection = await connect()
  const deadline = Date.now() + patienceMs
  while (!(await connection.client.ready()) && Date.now() < deadline) await delay(50)
}

/** The daemon that runs and takes requests; one that is about to end is waited for. */
async function findRunning(connect: () => Promise<Connection>): Promise<StartedDaemon | undefined> {
  try {
    await using connection = await connect()
    const { pid, listeners, draining } = await connection.client.status()
    if (!draining) return { started: false, pid, listeners, firstToken: null }
    await waitForEnd({ pid, client: connection.client })
    return undefined
  } catch (error) {
    if (error instanceof LlmdError && error.code === 'daemon_unreachable') return undefined
    throw error
  }
}
