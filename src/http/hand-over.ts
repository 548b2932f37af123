import { Agent, request as startRequest } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { LlmdError } from '../errors.ts'
import type { Exchange } from './arrival.ts'
import { renderError, surfaceOf } from './render-error.ts'

/** The one fact of an arrival that is not in the request: who sent it. A client's own header of this name is dropped. */
export const clientAddressHeader = 'x-llmd-client-address'

/** Has another process answer, byte by byte. Disposing it hangs up. */
export interface HandOver extends Disposable {
  /**
   * Resolves when the answer was written, or with one that says why there is none.
   * @param body what was read of the request already: all of it
   */
  answer(exchange: Exchange, body?: Buffer): Promise<Response>
}

/** Of a connection, not of the request. */
const ownOfConnection = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade', 'expect'])

/** @param options.socketPath where the other process listens, for this one alone */
export function createHandOver({ socketPath }: { socketPath: string }): HandOver {
  const agent = new Agent({ keepAlive: true })
  return {
    answer({ incoming, outgoing }, body) {
      const { method, url: path = '/' } = incoming
      return new Promise((resolve) => {
        const headers = requestHeaders(incoming, body)
        const request = startRequest({ socketPath, agent, method, path, headers })
        outgoing.once('close', () => {
          if (!outgoing.writableFinished) request.destroy()
          resolve(RESPONSE_ALREADY_SENT)
        })
        if (outgoing.destroyed) request.destroy()
        request.once('response', (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, answerHeaders(answer.rawHeaders))
          outgoing.flushHeaders()
          answer.pipe(outgoing)
          answer.once('error', () => outgoing.destroy())
        })
        request.once('error', (cause) => {
          if (outgoing.headersSent) outgoing.destroy()
          else if (outgoing.destroyed) resolve(RESPONSE_ALREADY_SENT)
          else resolve(renderError(unreachable(cause), { surface: surfaceOf(path) }))
        })
        if (body) request.end(body)
        else incoming.pipe(request)
      })
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}

/** As they were sent, doubles and all: whoever answers is to judge what the client said. */
function requestHeaders({ rawHeaders, socket }: Exchange['incoming'], body: Buffer | undefined): string[] {
  const dropped = new Set([...ownOfConnection, clientAddressHeader])
  if (body) dropped.add('content-length').add('transfer-encoding')
  const headers = without(rawHeaders, dropped)
  if (body) headers.push('content-length', String(body.length))
  return [...headers, clientAddressHeader, socket.remoteAddress ?? '']
}

/** How long it is, Node says anew. */
function answerHeaders(rawHeaders: string[]): string[] {
  return without(rawHeaders, new Set([...ownOfConnection, 'transfer-encoding']))
}

function without(rawHeaders: string[], dropped: ReadonlySet<string>): string[] {
  const kept: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (!dropped.has(name.toLowerCase())) kept.push(name, rawHeaders[index + 1] ?? '')
  }
  return kept
}

function unreachable(cause: Error): LlmdError {
  return new LlmdError('shutting_down', 'llmd is shutting down.', {
    cause,
    hint: 'Send the request again when it is back.',
  })
}
