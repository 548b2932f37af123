import { IncomingMessage, type Server, ServerResponse, createServer as createHttpServer } from 'node:http'
import type { Duplex } from 'node:stream'
import { getRequestListener, type Http2Bindings, type HttpBindings } from '@hono/node-server'
import { LlmdError } from '../errors.ts'
import type { Arrival, Exchange } from './arrival.ts'
import type { App } from './create-app.ts'
import { encodeOpenAiError } from '../formats/openai-common/encode-error.ts'
import { renderError } from './render-error.ts'
import { createRequestId } from './request-id.ts'

/** What Node's parser gives up on, and the status it has by convention. Anything else is a 400. */
const parserStatus: Partial<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
}

/** An answer is asked to wait once so many bytes of it are unsent: what waits for slow readers adds up. */
const mostUnsent = 16 * 1024

/** An HTTP server for the app that is not listening yet. */
export function createServer(app: App, arrivalOf: (exchange: Exchange) => Arrival): Server {
  const answer = getRequestListener((request, pair) => app.fetch(request, arrivalOf(asHttp1(pair))), {
    // The global Request and Response are everyone's.
    overrideGlobalObjects: false,
    // Stands in for a missing Host; over TCP the app refuses that.
    hostname: 'localhost',
    errorHandler: () => renderMalformed(),
  })
  const answers = new WeakMap<Duplex, ServerResponse>()
  const server = createHttpServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 120_000,
      connectionsCheckingInterval: 5_000,
      // Longer than the minute that proxies usually keep an idle connection: the server must not hang up first.
      keepAliveTimeout: 75_000,
      requireHostHeader: false,
      highWaterMark: mostUnsent,
    },
    (incoming, outgoing) => {
      answers.set(incoming.socket, outgoing)
      void answer(incoming, outgoing)
    },
  )
  // A connection that cannot be accepted, for want of descriptors say, is no reason to end the daemon.
  server.on('error', () => {})
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Within an answer there is no place for another.
    const isAnswering = answers.get(socket)?.writableFinished === false
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) socket.destroy()
    else socket.end(renderParserError(error))
  })
  return server
}

function renderMalformed(): Response {
  return renderError(malformed(), { surface: 'public', headers: { 'x-request-id': createRequestId() } })
}

/** The same, written by hand: the parser gave up before there was anything to answer through. */
function renderParserError({ code }: NodeJS.ErrnoException): string {
  const body = JSON.stringify(encodeOpenAiError(malformed()))
  const head = [
    `HTTP/1.1 ${parserStatus[code ?? ''] ?? '400 Bad Request'}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${createRequestId()}`,
    'connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

function malformed(): LlmdError {
  return new LlmdError('invalid_request', 'The request is not well-formed HTTP.')
}

/** The listener knows HTTP/2 as well; this server does not. */
function asHttp1({ incoming, outgoing }: HttpBindings | Http2Bindings): Exchange {
  if (incoming instanceof IncomingMessage && outgoing instanceof ServerResponse) return { incoming, outgoing }
  throw new TypeError('not HTTP/1')
}
