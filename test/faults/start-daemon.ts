import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Agent, fetch as undiciFetch } from 'undici'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'

const entry = fileURLToPath(new URL('fixtures/daemon.ts', import.meta.url))

/** `npm run test:faults` runs the long forms: as often, and for as long, as the figures of the design ask for. */
export const isLong = process.env['LLMD_FAULTS'] === 'long'

export interface FaultDaemon {
  home: string
  child: ChildProcess
  pid: number
  /** `http://127.0.0.1:PORT` */
  url: string
  socket: string
  /** The token of the first start; null after that. */
  key: string | null
  /** From its first line to its first listener, in milliseconds. */
  readyMs: number
  /** Lines of its log. */
  log: string[]
  /** Management, over the socket. */
  admin(method: string, path: string, body?: object): Promise<AdminAnswer>
}

interface AdminAnswer {
  status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever comes
  body: any
}

interface FirstLine {
  listeners?: string[]
  key: string | null
  readyMs: number
  error?: { code: string; message: string }
}

/**
 * A daemon in a process of its own; it ends with the test.
 * @param options.shell what is run before it in a shell, as in `ulimit -n 64`
 * @param options.unshare whether that shell has a namespace of its own, in which it may mount
 * @throws Error with the code and message of a daemon that does not start
 */
export async function startDaemon({
  home = temporaryFolder(),
  env = {},
  shell,
  unshare = false,
}: {
  home?: string
  env?: Record<string, string>
  shell?: string
  unshare?: boolean
} = {}): Promise<FaultDaemon> {
  const node = [process.execPath, entry]
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const inShell = ['sh', '-c', `${shell} && exec "$@"`, 'sh', ...node]
  const [command = '', ...args] = [...(unshare ? ['unshare', '-rm'] : []), ...(shell ? inShell : node)]
  const child = spawn(command, args, {
    env: { PATH, NODE_COMPILE_CACHE, HOME: home, LLMD_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const log: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line))
  const [line]: string[] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => Promise.reject(new Error(`it ended before it said anything: ${log.join('\n')}`))),
  ])
  const { listeners = [], key, readyMs, error }: FirstLine = JSON.parse(line ?? '{}')
  if (error) throw Object.assign(new Error(error.message), { code: error.code })
  // In a namespace of its own the path leads elsewhere.
  const root = unshare ? `/proc/${child.pid}/root` : ''
  const socket = `${root}${listeners[0]?.slice('unix://'.length)}`
  return {
    home,
    child,
    pid: child.pid ?? 0,
    url: listeners[1] ?? '',
    socket,
    key,
    readyMs,
    log,
    admin: (method, path, body) => askAdmin(socket, method, path, body),
  }
}

async function askAdmin(socket: string, method: string, path: string, body?: object): Promise<AdminAnswer> {
  const dispatcher = new Agent({ connect: { socketPath: socket } })
  try {
    const response = await undiciFetch(`http://localhost/llmd/v1${path}`, {
      method,
      dispatcher,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    return { status: response.status, body: await response.json() }
  } finally {
    await dispatcher.close()
  }
}

/** Resident memory of a process, in bytes. */
export function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

export function isAlive({ child }: FaultDaemon): boolean {
  return child.exitCode === null && child.signalCode === null
}

/** Says what a test has measured. */
export function report(name: string, figures: object): void {
  process.stdout.write(`${name}: ${JSON.stringify(figures)}\n`)
}
