import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LlmdError } from '../errors.ts'
import { claimSocket } from './claim-socket.ts'
import type { App } from './create-app.ts'
import type { Arrival, Exchange } from './arrival.ts'
import { createServer } from './create-server.ts'

/** How long the last bytes of answers may take once the listener closes. */
const flushMs = 1000

export interface Listener {
  /** `http://127.0.0.1:5563` or `unix:///run/llmd.sock`. */
  url: string
  /** Takes no new connections, lets answers out that are over, then hangs up. */
  close(): Promise<void>
}

/**
 * @param options.port 0 takes a free one
 * @param options.reusePort whether other processes of this user may listen on the port too, and get their share
 * @throws LlmdError `listen_failed`
 */
export async function listenTcp(options: {
  app: App
  host: string
  port: number
  reusePort?: boolean
}): Promise<Listener> {
  const { app, host, port, reusePort = false } = options
  const server = createServer(app, (exchange) => tcpArrival(exchange, host))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(tcpFailure(cause, host, port)))
    server.listen({ port, host, reusePort }, resolve)
  })
  return {
    url: urlOf(boundAddress(server)),
    close: () => closeServer(server),
  }
}

/** Only this user can open the socket. @throws LlmdError `listen_failed` */
export async function listenSocket({ app, path }: { app: App; path: string }): Promise<Listener> {
  return serveSocket(
    createServer(app, (exchange) => ({ via: 'socket', exchange })),
    path,
  )
}

/** @throws LlmdError `listen_failed` */
export async function serveSocket(server: Server, path: string): Promise<Listener> {
  const socket = await claimSocket(server, path)
  return {
    url: `unix://${path}`,
    async close() {
      await socket.release()
      await closeServer(server)
    },
  }
}

export function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** What is known of a request that came over TCP. */
export function tcpArrival(exchange: Exchange, boundHost: string): Extract<Arrival, { via: 'tcp' }> {
  return { via: 'tcp', boundHost, hostHeaders: hostHeaders(exchange.incoming), exchange }
}

/** Of a server that listens on TCP. */
function boundAddress(server: Server): AddressInfo {
  const bound = server.address()
  if (typeof bound === 'object' && bound) return bound
  throw new Error('The server does not listen on TCP.')
}

/** As they were sent: Node keeps the first alone. */
function hostHeaders({ rawHeaders }: Exchange['incoming']): string[] {
  const values: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') values.push(rawHeaders[index + 1] ?? '')
  }
  return values
}

export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // A connection may become idle after close() has looked for idle ones.
  const sweep = setInterval(() => server.closeIdleConnections(), 20)
  const hangUp = setTimeout(() => server.closeAllConnections(), flushMs)
  await closed
  clearInterval(sweep)
  clearTimeout(hangUp)
}

export function tcpFailure(cause: NodeJS.ErrnoException, host: string, port: number): LlmdError {
  const taken = cause.code === 'EADDRINUSE'
  return new LlmdError(
    'listen_failed',
    taken ? `Port ${port} on ${host} is taken.` : `Cannot listen on ${host}:${port}: ${cause.message}`,
    {
      cause,
      hint: taken
        ? 'Choose another with --port, or stop what uses it.'
        : 'Choose others with --host and --port.',
    },
  )
}
