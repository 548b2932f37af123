import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { LlmdError } from '../errors.ts'
import { formatAddress, type Address } from './address.ts'
import { socketRefused } from './can-connect.ts'
import type { Transport, TransportRequest } from './transport.ts'

const connectTimeoutMs = 10_000

/** Speaks HTTP/1.1 over a Unix socket or TCP, one connection a request. */
export function createHttpTransport({ address, token }: { address: Address; token?: string }): Transport {
  const target: RequestOptions =
    address.kind === 'socket'
      ? { socketPath: address.path }
      : {
          // Node wants the brackets of an IPv6 address gone.
          host: address.url.hostname.replace(/^\[|\]$/g, ''),
          port: address.url.port,
          headers: { host: address.url.host },
        }
  return async ({ method, path, body, signal }) => {
    const isSecure = address.kind === 'tcp' && address.url.protocol === 'https:'
    // To import node:http would read all its exports, and some of them load a whole fetch: 14 MB, and 30 ms.
    const { request } = process.getBuiltinModule(isSecure ? 'node:https' : 'node:http')
    const outgoing = request({
      ...target,
      method,
      path,
      agent: false,
      ...(signal && { signal }),
      headers: {
        ...(address.kind === 'tcp' && { host: address.url.host }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
      },
    })
    limitConnecting(outgoing)
    try {
      const incoming = await answerTo(outgoing, body)
      const requestId = incoming.headers['x-request-id']
      return {
        status: incoming.statusCode ?? 0,
        requestId: typeof requestId === 'string' ? requestId : undefined,
        body: readBody(incoming, address, signal),
      }
    } catch (error) {
      throw explain(error, address, signal)
    }
  }
}

function answerTo(outgoing: ClientRequest, body: TransportRequest['body']): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve)
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

/** Once connected there is no limit: a model may take minutes to load. */
function limitConnecting(outgoing: ClientRequest): void {
  outgoing.once('socket', (socket) => {
    const timer = setTimeout(() => outgoing.destroy(new Error('no connection in time')), connectTimeoutMs)
    const clear = () => clearTimeout(timer)
    socket.once('connect', clear).once('close', clear)
  })
}

async function* readBody(
  incoming: IncomingMessage,
  address: Address,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* incoming as AsyncIterable<Uint8Array>
  } catch (error) {
    if (signal?.aborted) throw explain(error, address, signal)
    throw new LlmdError('daemon_unreachable', `The connection to ${formatAddress(address)} broke off.`, {
      hint: 'llmd status tells whether the daemon still runs, and its log why it ended.',
      cause: error,
    })
  }
}

function explain(error: unknown, address: Address, signal: AbortSignal | undefined): unknown {
  const timedOut = signal?.reason instanceof DOMException && signal.reason.name === 'TimeoutError'
  if (signal?.aborted && !timedOut) return signal.reason
  const { code, message }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error))
  if (code === 'EACCES' || code === 'EPERM') return socketRefused(formatAddress(address), error)
  const detail = timedOut ? 'it took too long' : (code ?? message)
  return new LlmdError('daemon_unreachable', `No daemon answers at ${formatAddress(address)} (${detail}).`, {
    hint:
      address.kind === 'socket'
        ? 'Start it with: llmd start'
        : 'Start it there with: llmd start; or check the address given by --host or LLMD_HOST.',
    cause: error,
  })
}
