import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { LlmdError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { codeOf, programFailed } from '../failures.ts'
import { childEnvironment } from './child-environment.ts'
import { logStderr } from './log-stderr.ts'
import { createLineSplitter } from './split-lines.ts'

/** Characters of one message. */
const longestMessage = 16 * 1024 ** 2

export interface StdioServer {
  name: string
  /** The program and its arguments. */
  command: string[]
  variables: Readonly<Record<string, string>>
}

/** A running program that reads messages from stdin and writes messages to stdout, one a line. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number
  /** Resolves when the line was read by the program, or never will be. */
  send(line: string): Promise<void>
  /** Characters that were sent, and that the program has not read. */
  readonly unread: number
  /** Whether lines are to come. What is not read makes the program wait. */
  flow(on: boolean): void
}

/**
 * Starts the program, in a group of processes of its own.
 * @param options.farewellMs how long it may take to end when its stdin does, and then when it is told to
 * @param options.onEnd Told once, when it has ended in whatever way, or wrote what is no line
 * @throws LlmdError `upstream_unreachable` where it cannot be started
 */
export async function startServerProcess(options: {
  server: StdioServer
  env: NodeJS.ProcessEnv
  farewellMs: number
  onLine: (line: string) => void
  onEnd: (error: LlmdError) => void
  log: Log
}): Promise<ServerProcess> {
  const { server, farewellMs, onLine, onEnd, log } = options
  const child = await launch(server, options.env)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.stdin.on('error', () => {})
  child.stdout.on('error', () => {})
  logStderr(child.stderr, { server: server.name, secrets: Object.values(server.variables), log })
  const splitter = createLineSplitter()
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (chunk: string) => {
    splitter.add(chunk, onLine)
    if (splitter.pending <= longestMessage) return
    onEnd(
      programFailed(server.name, `wrote more than ${longestMessage / 1024 ** 2} MB without an end of line`),
    )
    signalGroup(child.pid, 'SIGKILL')
  })
  const pid = child.pid!
  log.debug('the program of an MCP server was started', { mcp_server: server.name, pid })
  // After its last words.
  child.once('close', (code, signal) => {
    onEnd(programFailed(server.name, signal === null ? `ended with ${code}` : `was ended by ${signal}`))
  })
  child.once('exit', (code, signal) => {
    signalGroup(pid, 'SIGKILL')
    log.debug('the program of an MCP server has ended', { mcp_server: server.name, pid, code, signal })
  })

  return {
    pid,
    get unread() {
      return child.stdin.writableLength
    },
    send: (line) => new Promise((resolve) => void child.stdin.write(`${line}\n`, () => resolve())),
    flow(on) {
      if (on) child.stdout.resume()
      else child.stdout.pause()
    },
    async [Symbol.asyncDispose]() {
      child.stdout.resume()
      child.stdin.end()
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        if (await isWithin(farewellMs, ended)) return
        signalGroup(pid, signal)
      }
      await ended
    },
  }
}

async function launch(
  { name, command, variables }: StdioServer,
  env: NodeJS.ProcessEnv,
): Promise<ChildProcessWithoutNullStreams> {
  const [program = '', ...rest] = command
  try {
    const child = spawn(program, rest, {
      env: childEnvironment(env, variables),
      cwd: '/',
      // So that what it starts itself is ended with it.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    // Without a descriptor for its pipes it has none, and nothing may be asked of it before.
    await once(child, 'spawn')
    return child
  } catch (error) {
    throw new LlmdError(
      'upstream_unreachable',
      `The program of ${name} cannot be started: ${codeOf(error)}.`,
      {
        hint: `${JSON.stringify(program)} has to be a program on the machine of the daemon, which it may run.`,
      },
    )
  }
}

async function isWithin(ms: number, end: Promise<void>): Promise<boolean> {
  const timer = new AbortController()
  const waited = delay(ms, false, { signal: timer.signal }).catch(() => false)
  const isOver = await Promise.race([end.then(() => true), waited])
  timer.abort()
  return isOver
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch {
    // None of it is left.
  }
}
