import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** A process that this benchmark started, and that listens. Disposing ends it. */
export interface OwnedProcess extends AsyncDisposable {
  pid: number
}

const patienceMs = 20_000

/** @throws Error when the port is not answered in time */
export async function ownedProcess(child: ChildProcess, port: number): Promise<OwnedProcess> {
  const end = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
  }
  const deadline = performance.now() + patienceMs
  while (!(await answers(port))) {
    if (performance.now() > deadline || child.exitCode !== null) {
      await end()
      throw new Error(`${child.spawnargs.join(' ')} does not listen on ${port}`)
    }
    await delay(50)
  }
  return { pid: child.pid ?? 0, [Symbol.asyncDispose]: end }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
