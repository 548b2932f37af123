import { setTimeout as delay } from 'node:timers/promises'
import type { Paths } from '../config/paths.ts'
import { LlmdError } from '../errors.ts'
import { parseAddress, type Address } from './address.ts'
import { canConnect } from './can-connect.ts'
import { createClient, type Client } from './create-client.ts'
import { readDaemonFile } from './daemon-file.ts'
import { createHttpTransport } from './http-transport.ts'
import { openInProcess } from './in-process-transport.ts'

export interface Connection extends AsyncDisposable {
  client: Client
  mode: 'socket' | 'tcp' | 'in-process'
}

export interface ConnectOptions {
  /** Address of the daemon; without it `LLMD_HOST`, else the local one. */
  host?: string | undefined
  /** Goes to whatever answers; `LLMD_TOKEN` goes to TCP only, since the socket's permissions are enough. */
  token?: string | undefined
  env: NodeJS.ProcessEnv
  paths: Paths
  /** Where no daemon runs: whether to do without one. */
  allowInProcess: boolean
  version: string
}

/** A daemon that holds the data is about to listen, or about to end. */
const lockPatienceMs = 10_000

/**
 * The way to the daemon: the address that was given, else the local socket, else the app in this process.
 * @throws LlmdError `daemon_unreachable`, `data_locked`, `invalid_request` for an address that is none
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const host = options.host ?? (options.env['LLMD_HOST'] || undefined)
  if (host !== undefined) return overHttp(parseAddress(host), options)
  const deadline = Date.now() + lockPatienceMs
  for (;;) {
    const socket = await findSocket(options.paths)
    if (socket !== undefined) return overHttp({ kind: 'socket', path: socket }, options)
    if (!options.allowInProcess) throw noDaemon()
    try {
      return await inProcess(options)
    } catch (error) {
      const isLocked = error instanceof LlmdError && error.code === 'data_locked'
      if (!isLocked || Date.now() > deadline) throw error
    }
    await delay(50)
  }
}

function overHttp(address: Address, { token, env }: ConnectOptions): Connection {
  const credential = token ?? (address.kind === 'tcp' ? env['LLMD_TOKEN'] || undefined : undefined)
  return {
    client: createClient(
      createHttpTransport({ address, ...(credential !== undefined && { token: credential }) }),
    ),
    mode: address.kind,
    async [Symbol.asyncDispose]() {},
  }
}

async function inProcess({ paths, env, version, token }: ConnectOptions): Promise<Connection> {
  const opened = await openInProcess({ paths, env, version, ...(token !== undefined && { token }) })
  return {
    client: createClient(opened.transport),
    mode: 'in-process',
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
}

/** The socket somebody listens on: the one a daemon says it has, or the usual one. */
async function findSocket(paths: Paths): Promise<string | undefined> {
  const daemon = await readDaemonFile(paths.daemonFile)
  const named = daemon?.listeners.filter((listener) => listener.startsWith('unix://')) ?? []
  const candidates = new Set([...named.map((listener) => listener.slice('unix://'.length)), paths.socket])
  for (const candidate of candidates) if (await canConnect(candidate)) return candidate
  return undefined
}

function noDaemon(): LlmdError {
  return new LlmdError('daemon_unreachable', 'No daemon is running here.', {
    hint: 'Start it with: llmd start',
  })
}
