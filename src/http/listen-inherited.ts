import { readFileSync, readlinkSync, statSync } from 'node:fs'
import type { Server } from 'node:http'
import { LlmdError } from '../errors.ts'
import type { Arrival } from './arrival.ts'
import type { App } from './create-app.ts'
import { createServer } from './create-server.ts'
import { closeServer, tcpArrival, urlOf, type Listener } from './listen.ts'

/** A listener on a socket that somebody else opened, and keeps: its file is never removed. */
export interface InheritedListener extends Listener {
  kind: 'tcp' | 'socket'
}

/**
 * Serves on a listening socket that this process was started with.
 * @param options.fd its descriptor
 * @throws LlmdError `listen_failed`; also for a Unix socket that everybody may open, as whoever can is an operator
 */
export async function listenInherited({ app, fd }: { app: App; fd: number }): Promise<InheritedListener> {
  const path = unixPath(fd)
  if (path !== undefined && isPublic(path)) {
    throw new LlmdError('listen_failed', `Everybody may open the inherited socket ${path}.`, {
      hint: 'Set SocketMode=0600 in its socket unit.',
    })
  }
  const server = createServer(app, (exchange): Arrival => {
    if (path !== undefined) return { via: 'socket', exchange }
    // It is bound to a number, and Host may hold any of those.
    return tcpArrival(exchange, 'localhost')
  })
  await listen(server, fd)
  const close = () => closeServer(server)
  if (path !== undefined) return { kind: 'socket', url: `unix://${path}`, close }
  const bound = server.address()
  if (typeof bound === 'object' && bound) return { kind: 'tcp', url: urlOf(bound), close }
  await close()
  throw failure(fd, 'it is neither TCP nor a Unix socket with a path')
}

function listen(server: Server, fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(failure(fd, cause.message, cause)))
    server.listen({ fd }, resolve)
  })
}

/** The path that a Unix socket is bound to; undefined for all other descriptors. */
function unixPath(fd: number): string | undefined {
  try {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1]
    if (inode === undefined) return undefined
    const line = readFileSync('/proc/net/unix', 'utf8')
      .split('\n')
      .find((row) => row.split(/\s+/)[6] === inode)
    // Num RefCount Protocol Flags Type St Inode Path, and the path may hold anything.
    return line && /^(?:\S+\s+){6}\S+ (\/.*)$/.exec(line)?.[1]
  } catch {
    return undefined
  }
}

/** One that cannot be seen from here counts as public. */
function isPublic(path: string): boolean {
  const { mode } = statSync(path, { throwIfNoEntry: false }) ?? { mode: 0o777 }
  return (mode & 0o002) !== 0
}

function failure(fd: number, reason: string, cause?: unknown): LlmdError {
  return new LlmdError('listen_failed', `Cannot listen on the inherited descriptor ${fd}: ${reason}.`, {
    hint: 'The socket unit needs ListenStream= and Accept=no.',
    cause,
  })
}
