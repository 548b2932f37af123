import type { App } from './create-app.ts'
import { createServer } from './create-server.ts'
import { clientAddressHeader } from './hand-over.ts'
import { serveSocket, tcpArrival, type Listener } from './listen.ts'

/**
 * Takes what other processes of llmd were asked over TCP and hand over. It stays what it is, a request over TCP, that
 * nobody trusts for coming by a socket.
 * @param options.boundHost the address that they listen on
 * @throws LlmdError `listen_failed`
 */
export async function listenHandedOver(options: {
  app: App
  path: string
  boundHost: string
}): Promise<Listener> {
  const { app, path, boundHost } = options
  const server = createServer(app, (exchange) => {
    const clientAddress = String(exchange.incoming.headers[clientAddressHeader] ?? '')
    return { ...tcpArrival(exchange, boundHost), clientAddress }
  })
  return serveSocket(server, path)
}
