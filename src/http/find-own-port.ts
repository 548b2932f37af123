import { createServer } from 'node:net'
import { once } from 'node:events'
import { tcpFailure } from './listen.ts'

/**
 * A port on which nobody listens: processes that share a port are not told of one another.
 * @param options.port 0 takes a free one
 * @throws LlmdError `listen_failed`
 */
export async function findOwnPort({ host, port }: { host: string; port: number }): Promise<number> {
  const server = createServer()
  server.listen(port, host)
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    throw tcpFailure(cause, host, port)
  })
  const bound = server.address()
  server.close()
  await once(server, 'close')
  return typeof bound === 'object' && bound ? bound.port : port
}
