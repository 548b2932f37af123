import { Socket } from 'node:net'
import { buildConnector, Pool } from 'undici'
import type { UpstreamConnection } from '../connection.ts'
import { guardLookup, type LookupAll } from '../../addresses/guard-lookup.ts'
import { badAnswer, refusedAddress, refusedByProxy, unreachable } from './upstream-failures.ts'

/** A connection that is not read from reads no further once it holds so much; it takes in up to 64 KB at a time. */
const mostReadAhead = 16 * 1024

export interface Connector extends AsyncDisposable {
  connect: buildConnector.connector
}

/** Makes the connections to an upstream: directly, over a Unix socket, or to or through a proxy. */
export function createConnector(options: {
  connection: UpstreamConnection
  /** Whether a tunnel through the proxy is dug; otherwise the proxy itself is asked. */
  tunnel: boolean
  connectMs: number
  lookup: LookupAll
}): Connector {
  const { connection, tunnel, connectMs, lookup } = options
  const { provider, proxy, ca, socket } = connection
  const common = { timeout: connectMs, allowH2: false, highWaterMark: mostReadAhead }
  const secrets = ca === null ? {} : { ca }
  const guarded = (allowPrivate: boolean) => ({
    lookup: guardLookup(lookup, (kinds, hostname) => {
      if (kinds.has('metadata')) return refusedAddress(provider, 'metadata')
      // `localhost` says what it is; any other name could come to mean it.
      const mayBePrivate = allowPrivate || hostname.toLowerCase() === 'localhost'
      return kinds.has('private') && !mayBePrivate ? refusedAddress(provider, 'private') : undefined
    }),
  })
  if (proxy === null) {
    const place = socket === null ? guarded(connection.allowPrivate) : { socketPath: socket }
    return { connect: buildConnector({ ...common, ...secrets, ...place }), async [Symbol.asyncDispose]() {} }
  }
  // The operator named the proxy, and it is usually next door.
  const toProxy = buildConnector({ ...common, ...guarded(true) })
  if (!tunnel) return { connect: toProxy, async [Symbol.asyncDispose]() {} }
  const secure = buildConnector({ ...common, ...secrets })
  return digTunnels({ provider, proxy: new URL(proxy), toProxy, secure, connectMs })
}

/** The header that tells a proxy who asks. */
export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {}
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` }
}

function digTunnels(options: {
  provider: string
  proxy: URL
  toProxy: buildConnector.connector
  secure: buildConnector.connector
  connectMs: number
}): Connector {
  const { provider, proxy, toProxy, secure, connectMs } = options
  const proxies = new Pool(proxy.origin, { connect: toProxy, headersTimeout: 0, bodyTimeout: 0 })
  const headers = proxyAuthorization(proxy)

  const failure = (status: number) =>
    status === 407
      ? refusedByProxy(provider)
      : badAnswer(`the proxy to ${provider}`, `has the status ${status}`)

  return {
    connect(target, callback) {
      const host = target.host ?? target.hostname
      const path = target.port === '' ? `${host}:443` : host
      proxies.connect({ path, headers, signal: AbortSignal.timeout(connectMs) }, (error, answer) => {
        if (error) {
          callback(unreachable(provider, 'the proxy does not answer'), null)
          return
        }
        const { socket, statusCode } = answer
        if (statusCode === 200 && socket instanceof Socket)
          secure({ ...target, httpSocket: socket }, callback)
        else {
          socket.on('error', () => {}).destroy()
          callback(failure(statusCode), null)
        }
      })
    },
    async [Symbol.asyncDispose]() {
      await proxies.destroy()
    },
  }
}
