import { LlmdError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { unknownSession } from '../failures.ts'
import type { McpAnswer, McpGateway, McpRequest } from '../gateway.ts'
import { encodeRpcError, readRpcMessage, toFrame, type RpcMessage } from '../rpc.ts'
import type { Backoff } from './backoff.ts'
import { createSession, type SessionTiming, type StdioSession } from './create-session.ts'
import type { StdioServer } from './server-process.ts'
import { inOneLine } from './in-one-line.ts'

/** Each is a process. */
const mostSessions = 16

const eventHeaders = { 'content-type': 'text/event-stream' }

/**
 * Has programs that speak over stdin and stdout speak HTTP: each session of a client has a process of its own, for what
 * a server remembers is the session's. A process that ends takes its session along.
 */
export function createStdioGateway(options: {
  server: StdioServer
  env: NodeJS.ProcessEnv
  backoff: Backoff
  timing: SessionTiming
  log: Log
}): McpGateway {
  const { server, env, backoff, timing, log } = options
  const sessions = new Map<string, StdioSession>()
  /** Also those that are not agreed on yet. */
  const live = new Set<StdioSession>()
  const closing = new Set<Promise<void>>()
  const gone = new AbortController()
  let starting = 0

  function close(session: StdioSession): void {
    sessions.delete(session.id)
    if (!live.delete(session)) return
    const closed = Promise.resolve(session[Symbol.asyncDispose]())
    closing.add(closed)
    void closed.then(() => closing.delete(closed))
  }

  function find({ headers, client }: McpRequest): StdioSession {
    const id = headers['mcp-session-id']
    if (id === undefined) {
      throw new LlmdError('invalid_request', 'The header Mcp-Session-Id is missing.', {
        hint: 'Begin a session with initialize.',
      })
    }
    const session = sessions.get(id)
    if (session?.client === client) return session
    throw unknownSession()
  }

  async function start(client: string, signal: AbortSignal): Promise<StdioSession> {
    await backoff.wait(AbortSignal.any([signal, gone.signal]))
    const startedAt = performance.now()
    const session: StdioSession = await createSession({
      server,
      env,
      client,
      timing,
      onEnd(failure) {
        if (failure) {
          backoff.ended(performance.now() - startedAt)
          log.warn('the program of an MCP server ended', { mcp_server: server.name, reason: failure.message })
        }
        close(session)
      },
      log,
    })
    live.add(session)
    return session
  }

  async function startWithin(most: number, client: string, signal: AbortSignal): Promise<StdioSession> {
    if (live.size + starting >= most) {
      throw new LlmdError('overloaded', `${server.name} has ${most} sessions already, which is the most.`, {
        hint: `Those that nobody uses end by themselves after ${Math.ceil(timing.idle / 60_000)} minutes.`,
      })
    }
    starting += 1
    try {
      return await start(client, signal)
    } finally {
      starting -= 1
    }
  }

  /** The program's answer is waited for, so that one that cannot begin has a status of its own. */
  async function initialize(request: McpRequest, message: RpcMessage, json: string): Promise<McpAnswer> {
    const { client, signal } = request
    const session = await startWithin(mostSessions, client, signal)
    const giveUp = () => close(session)
    signal.addEventListener('abort', giveUp, { once: true })
    if (signal.aborted || gone.signal.aborted) giveUp()
    try {
      const frames = await Array.fromAsync(session.ask(message, json))
      if (session.isInitialized) sessions.set(session.id, session)
      else close(session)
      const headers = session.isInitialized ? { 'mcp-session-id': session.id } : {}
      return {
        status: 200,
        headers: { ...eventHeaders, ...headers },
        body: ReadableStream.from(frames),
        lastWords: () => undefined,
      }
    } catch (error) {
      close(session)
      signal.throwIfAborted()
      throw error
    } finally {
      signal.removeEventListener('abort', giveUp)
    }
  }

  async function post(request: McpRequest): Promise<McpAnswer> {
    const message = readRpcMessage(request.message?.parsed)
    if (!message || !request.message) {
      throw new LlmdError('invalid_request', 'The body must be one JSON-RPC message.')
    }
    const json = inOneLine(request.message.bytes)
    if (message.method === 'initialize') return initialize(request, message, json)
    const session = find(request)
    const { id } = message
    if (message.kind !== 'request' || id === null) {
      await session.tell(message, json)
      return { status: 202, headers: {}, body: null, lastWords: () => undefined }
    }
    return {
      status: 200,
      headers: eventHeaders,
      body: session.ask(message, json),
      lastWords: (error) => toFrame(JSON.stringify(encodeRpcError(error, id))),
    }
  }

  return {
    async exchange(request) {
      request.signal.throwIfAborted()
      if (request.method === 'POST') return post(request)
      const session = find(request)
      const body = request.method === 'GET' ? session.listen() : null
      if (request.method === 'DELETE') close(session)
      return { status: 200, headers: body ? eventHeaders : {}, body, lastWords: () => undefined }
    },
    get sessions() {
      return sessions.size
    },
    async [Symbol.asyncDispose]() {
      gone.abort(unknownSession())
      for (const session of live) close(session)
      await Promise.all(closing)
    },
  }
}
