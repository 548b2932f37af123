import { request as send } from 'undici'
import type { LookupAll } from '../../addresses/guard-lookup.ts'
import type { Secret } from '../../secret.ts'
import { badAnswer, networkFailure, refusedKey, unknownSession } from '../failures.ts'
import type { McpGateway, McpRequest } from '../gateway.ts'
import { encodeRpcError, readRpcMessage, toFrame } from '../rpc.ts'
import type { HttpDeadlines } from './deadlines.ts'
import { openAgent } from './open-agent.ts'
import { readBody, readRefusal } from './read-body.ts'
import { createSessionOwners } from './session-owners.ts'
import { answerHeaders, requestHeaders } from './transport-headers.ts'

/** Each is a short text; a client whose session was forgotten begins another. */
const mostSessions = 4096

const readable = /^(application\/(.+\+)?json|text\/event-stream)\s*(;|$)/i

export interface HttpServer {
  name: string
  url: string
  /** The operator's. */
  headers: Record<string, string>
  allowPrivate: boolean
  key: Secret | null
}

/**
 * Passes requests on to a server that runs elsewhere, byte by byte, with llmd's credentials in place of the client's.
 * @throws LlmdError `upstream_unreachable` for an address that is never connected to
 */
export function createHttpGateway(
  { name, url, headers, allowPrivate, key }: HttpServer,
  { deadlines, lookup }: { deadlines: HttpDeadlines; lookup?: LookupAll },
): McpGateway {
  const place = { server: name, url: new URL(url), allowPrivate, deadlines }
  const agent = openAgent(lookup ? { ...place, lookup } : place)
  const owners = createSessionOwners(mostSessions)
  const own = {
    ...Object.fromEntries(Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value])),
    'accept-encoding': 'identity',
    ...(key && { authorization: `Bearer ${key.reveal()}` }),
  }

  async function ask({ method, headers: given, message, signal }: McpRequest) {
    try {
      return await send(url, {
        dispatcher: agent,
        method,
        headers: { 'user-agent': 'llmd', ...requestHeaders(given), ...own },
        body: message && message.bytes,
        bodyTimeout: method === 'GET' ? 0 : deadlines.idle,
        signal,
      })
    } catch (error) {
      signal.throwIfAborted()
      throw networkFailure(name, error, false)
    }
  }

  return {
    async exchange(request) {
      const { method, headers: given, message, client, signal } = request
      signal.throwIfAborted()
      const session = given['mcp-session-id']
      if (session !== undefined && !owners.isOf(session, client)) throw unknownSession()
      const { statusCode: status, headers: theirs, body } = await ask(request)
      // What is thrown away half-read ends with an error that nobody waits for.
      body.on('error', () => {})
      const refuse = (error: Error) => {
        body.destroy()
        throw error
      }
      if (status >= 600) refuse(badAnswer(name, 'has a status that there is not'))
      if (status === 401 || status === 407) refuse(refusedKey(name))
      if (status >= 300 && status < 400) refuse(badAnswer(name, 'leads to another address'))
      if (!isPlain(theirs['content-encoding'])) {
        refuse(badAnswer(name, 'is compressed, though it was asked not to be'))
      }
      const isOver = method === 'DELETE' && status < 400
      if (session !== undefined && (isOver || status === 404)) owners.forget(session)
      if (status >= 400) {
        const refusal = await readRefusal(body, key)
        return { status, headers: answerHeaders(theirs), body: refusal, lastWords: () => undefined }
      }
      const type = theirs['content-type']
      if (status === 200 && type !== undefined && !readable.test(String(type))) {
        refuse(badAnswer(name, 'is neither JSON nor a stream of events'))
      }
      const opened = theirs['mcp-session-id']
      if (session === undefined && opened !== undefined) owners.add(String(opened), client)
      const hasBody = status !== 204 && status !== 205
      if (!hasBody) body.resume()
      const id = readRpcMessage(message?.parsed)?.id ?? null
      const isStream = /^text\/event-stream/i.test(String(type))
      return {
        status,
        headers: answerHeaders(theirs),
        body: hasBody ? readBody(body, { server: name, signal }) : null,
        // What the upstream broke off may be resumed there; what llmd ended is over.
        lastWords: (error) =>
          isStream && id !== null && error.code !== 'upstream_error'
            ? toFrame(JSON.stringify(encodeRpcError(error, id)))
            : undefined,
      }
    },
    get sessions() {
      return owners.size
    },
    async [Symbol.asyncDispose]() {
      await agent.destroy()
    },
  }
}

function isPlain(encoding: string | string[] | undefined): boolean {
  return encoding === undefined || String(encoding).toLowerCase() === 'identity'
}
