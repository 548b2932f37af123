import { LlmdError } from '../errors.ts'
import type { App } from '../http/create-app.ts'
import { findOwnPort } from '../http/find-own-port.ts'
import { listenHandedOver } from '../http/listen-handed-over.ts'
import { listenTcp, type Listener } from '../http/listen.ts'
import type { Log } from '../log.ts'
import type { Fronts } from './create-fronts.ts'

/**
 * Listens on TCP together with the fronts, among which the system spreads connections. Where the system cannot do that,
 * as macOS, this process listens alone.
 * @param options.port 0 takes a free one
 * @throws LlmdError `listen_failed`
 */
export async function listenWithFronts(options: {
  app: App
  host: string
  port: number
  handOverPath: string
  fronts: Fronts
  log: Log
}): Promise<Listener> {
  const { app, host, handOverPath, fronts, log } = options
  const port = await findOwnPort({ host, port: options.port })
  await using opened = new AsyncDisposableStack()
  const handedOver = await listenHandedOver({ app, path: handOverPath, boundHost: host })
  opened.defer(() => handedOver.close())
  const tcp = await listenTcp({ app, host, port, reusePort: true }).catch((error: unknown) => {
    if (!isUnsupported(error)) throw error
    return undefined
  })
  if (!tcp) {
    log.warn('this system does not share ports: server.fronts has no effect, and the daemon serves alone')
    return listenTcp({ app, host, port })
  }
  opened.defer(async () => {
    await Promise.all([tcp.close(), fronts.close()])
  })
  await fronts.start({ host, port })
  const owned = opened.move()
  return { url: tcp.url, close: () => owned.disposeAsync() }
}

function isUnsupported(error: unknown): boolean {
  const cause = error instanceof LlmdError ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOTSUP'
}
