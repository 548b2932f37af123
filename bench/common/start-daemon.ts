import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAddress } from '../../src/client/address.ts'
import { createClient, type Client } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'

export interface BenchDaemon extends AsyncDisposable {
  pid: number
  /** The public surface, over TCP as clients use it. */
  server: { url: string; key: string }
  /** The admin API, over the socket. */
  admin: Client
  /** Runs `work` and resolves to the daemon's event-loop delay meanwhile: its 99th percentile, in ms. */
  loopDelay(work: () => Promise<unknown>): Promise<number>
}

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/**
 * A daemon as a user starts it, on a data folder of its own and a free port.
 * @param options.cores that it may use, as taskset names them; without it all of them
 * @param options.env settings of its own
 */
export async function startDaemon({
  cores,
  env = {},
}: { cores?: string; env?: NodeJS.ProcessEnv } = {}): Promise<BenchDaemon> {
  const home = mkdtempSync(join(tmpdir(), 'llmd-bench-'))
  const serve = ['--import', pathOf('loop-delay.ts'), pathOf('../../bin/run.js'), 'serve', '--port', '0']
  const [command, args] =
    cores === undefined ? [process.execPath, serve] : ['taskset', ['-c', cores, process.execPath, ...serve]]
  const child = spawn(command, args, {
    env: { ...process.env, LLMD_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  })
  await using resources = new AsyncDisposableStack()
  resources.defer(async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    rmSync(home, { recursive: true, force: true })
  })
  const greeting = await readGreeting(child)
  const socket = parseAddress(pick(greeting, /(unix:\/\/\S+)/))
  const server = { url: pick(greeting, /(http:\/\/[\d.:]+)/), key: pick(greeting, /Bearer ([\w-]+)/) }
  const owned = resources.move()
  return {
    pid: child.pid ?? 0,
    server,
    admin: createClient(createHttpTransport({ address: socket })),
    async loopDelay(work) {
      child.send('start')
      await work()
      child.send('stop')
      const [p99] = await once(child, 'message')
      return Number(p99)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function readGreeting(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk)
    if (text.includes('-d ')) return text
  }
  throw new Error(`the daemon ended before it listened: ${text}`)
}

function pick(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1]
  if (found === undefined) throw new Error(`the daemon's greeting lacks ${pattern}: ${text}`)
  return found
}
