import type { Paths } from '../config/paths.ts'
import type { Settings } from '../config/settings.ts'
import type { Fronts } from '../front/create-fronts.ts'
import { listenWithFronts } from '../front/listen-with-fronts.ts'
import type { App } from '../http/create-app.ts'
import { listenInherited, type InheritedListener } from '../http/listen-inherited.ts'
import { listenSocket, listenTcp, type Listener } from '../http/listen.ts'
import type { Log } from '../log.ts'

/**
 * Adds those that the daemon listens on to `listeners`, the Unix socket's first. Where one cannot be opened, those that
 * could are among them, to be closed.
 * @param options.inherited descriptors of listening sockets, which stand in for llmd's own of their kind
 * @throws LlmdError `listen_failed`
 */
export async function openListeners(
  listeners: Listener[],
  options: {
    app: App
    socket: string
    inherited: number[]
    address: Pick<Settings['server'], 'host' | 'port'>
    paths: Paths
    fronts: Fronts | undefined
    log: Log
  },
): Promise<void> {
  const { app, socket, inherited, paths, fronts, log } = options
  const kinds = new Set<InheritedListener['kind']>()
  for (const fd of inherited) {
    const listener = await listenInherited({ app, fd })
    listeners.push(listener)
    kinds.add(listener.kind)
  }
  if (!kinds.has('socket')) listeners.unshift(await listenSocket({ app, path: socket }))
  const { host, port } = options.address
  if (kinds.has('tcp')) {
    if (fronts) log.warn('server.fronts has no effect on a socket that llmd was handed')
  } else if (fronts) {
    const handOverPath = paths.handOver
    listeners.push(await listenWithFronts({ app, host, port, handOverPath, fronts, log }))
  } else listeners.push(await listenTcp({ app, host, port }))
}
