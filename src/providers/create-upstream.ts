import type { CancelSignal } from '../chat/cancel-signal.ts'
import { lookup as lookUp } from 'node:dns'
import { isIP } from 'node:net'
import { Pool } from 'undici'
import type { LlmdError } from '../errors.ts'
import { classifyAddress } from '../addresses/classify-address.ts'
import type { UpstreamConnection, UpstreamDeadlines } from './connection.ts'
import { createConnector } from './forwarding/create-connector.ts'
import { createDeadlineSweep } from './forwarding/deadline-sweep.ts'
import { encodeRequest, lacksStreamUsage } from './forwarding/encode-request.ts'
import type { LookupAll } from '../addresses/guard-lookup.ts'
import { AnswerReceiver } from './forwarding/receive-answer.ts'
import { receiveWhole } from './forwarding/receive-whole.ts'
import type { Receiver } from './forwarding/receiver.ts'
import { fitsHeader, requestHeaders } from './forwarding/request-headers.ts'
import { TrackedClient, type TrackedHandler } from './forwarding/tracked-client.ts'
import { UpstreamCall } from './forwarding/upstream-call.ts'
import { refusedAddress, refusedKey } from './forwarding/upstream-failures.ts'
import { routeTo } from './forwarding/upstream-route.ts'
import { createWarmKeeper } from './forwarding/warm-keeper.ts'
import type { Upstream } from './upstream.ts'

const keepAliveMs = 60_000
const mostHeaderBytes = 64 * 1024

/** Proxies and clients lose patience with a connection on which nothing comes. */
const mostPreludeMs = 10_000

const mostWarmingMs = 10_000

interface Outgoing {
  method: 'GET' | 'POST' | 'HEAD'
  path: string
  headers: string[]
  body: Buffer | null
  /** Keeps the connection, also after HEAD. */
  reset?: false
}

/**
 * Opens connections to one provider as they are needed, and keeps those that are idle for a minute; one of them for
 * ten minutes after the last request.
 * @param options.lookup how host names become addresses; the system's way by default
 */
export function createUpstream(
  connection: UpstreamConnection,
  deadlines: UpstreamDeadlines,
  { lookup = lookUp }: { lookup?: LookupAll } = {},
): Upstream {
  const { provider, key } = connection
  const route = routeTo(connection)
  const connector = createConnector({
    connection,
    tunnel: route.tunnel,
    connectMs: deadlines.connect,
    lookup,
  })
  const clientOptions = {
    connect: connector.connect,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: keepAliveMs,
    maxHeaderSize: mostHeaderBytes,
    headersTimeout: 0,
    bodyTimeout: 0,
  }
  const pool = new Pool(route.origin, {
    ...clientOptions,
    factory: (origin) => new TrackedClient(origin, clientOptions),
  })
  const shortest = Math.min(deadlines.connect, deadlines.firstByte, deadlines.idle, deadlines.total)
  const sweep = createDeadlineSweep({ tickMs: Math.min(250, Math.max(5, shortest / 10)) })
  const headers = requestHeaders(connection, route.headers)
  const refusal = findRefusal(connection)
  const preludeMs = Math.min(mostPreludeMs, deadlines.idle / 2)

  const call = <Result>(
    outgoing: Outgoing,
    receiver: Receiver<Result>,
    signal: CancelSignal,
    limits: UpstreamDeadlines = deadlines,
  ): Promise<Result> => {
    if (refusal) return Promise.reject(refusal())
    const sendAfresh = (handler: TrackedHandler) => {
      const client = new TrackedClient(route.origin, clientOptions)
      client.dispatch(outgoing, handler)
      void client.close()
    }
    const handler = new UpstreamCall({ provider, receiver, deadlines: limits, sweep, signal, sendAfresh })
    pool.dispatch(outgoing, handler)
    return handler.result
  }

  const warming = new AbortController()
  const warm = async () => {
    const outgoing: Outgoing = {
      method: 'HEAD',
      path: route.target(''),
      headers: headers.bare,
      body: null,
      reset: false,
    }
    try {
      await call(outgoing, receiveWhole({ provider, key }), warming.signal, allOf(mostWarmingMs))
    } catch {
      // The first request will meet it again, and tell.
    }
  }
  const keeper = createWarmKeeper({ warm: () => void warm() })

  let closing: Promise<void> | undefined
  const close = async () => {
    keeper[Symbol.dispose]()
    warming.abort()
    // A connection that nobody waits for any more need not be made either.
    await (sweep.isIdle ? pool.destroy() : pool.close())
    await connector[Symbol.asyncDispose]()
    sweep[Symbol.dispose]()
  }

  return {
    forward(request, sink, signal) {
      if (signal.aborted) return Promise.reject(signal.reason)
      keeper.use()
      const stripUsage = connection.asksForStreamUsage && lacksStreamUsage(request)
      const { traceparent } = request
      const common = request.stream ? headers.stream : headers.json
      const outgoing: Outgoing = {
        method: 'POST',
        path: route.target(request.path),
        headers: traceparent === undefined ? common : [...common, 'traceparent', traceparent],
        body: encodeRequest(request, stripUsage),
      }
      return call(outgoing, new AnswerReceiver({ connection, request, sink, stripUsage, preludeMs }), signal)
    },

    async exchange({ method, path, body, timeoutMs }, signal) {
      signal.throwIfAborted()
      const outgoing: Outgoing = {
        method,
        path: route.target(path),
        headers: headers.json,
        body: body === undefined ? null : Buffer.from(JSON.stringify(body)),
      }
      return call(outgoing, receiveWhole({ provider, key }), signal, allOf(timeoutMs))
    },

    warm,

    async [Symbol.asyncDispose]() {
      await (closing ??= close())
    },
  }
}

/** Why nothing is ever sent: a base URL that is no provider's, or a key that no header can carry. */
function findRefusal({ provider, baseUrl, socket, key }: UpstreamConnection): (() => LlmdError) | null {
  const host = new URL(baseUrl).hostname.replace(/^\[|\]$/g, '')
  const isMetadata = isIP(host) !== 0 && classifyAddress(host) === 'metadata'
  if (isMetadata && socket === null) return () => refusedAddress(provider, 'metadata')
  return key && !fitsHeader(key.reveal()) ? () => refusedKey(provider) : null
}

function allOf(ms: number): UpstreamDeadlines {
  return { connect: ms, firstByte: ms, idle: ms, total: ms }
}
