import { randomUUID } from 'node:crypto'
import { LlmdError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { programFailed, programStuck, timedOut } from '../failures.ts'
import { readRpcMessage, type RpcMessage } from '../rpc.ts'
import { createMessageStream, type MessageStream } from './message-stream.ts'
import { type StdioServer, startServerProcess } from './server-process.ts'
import { createUnheardLines } from './unheard-lines.ts'

/** Lines in a row that are no messages: to look at each takes longer than it takes the program to write it. */
const mostOtherLines = 10_000

/** Characters that the program may have left unread before it is sent more. */
const mostUnread = 16 * 1024 ** 2

/** In milliseconds. */
export interface SessionTiming {
  /** Until the program has answered `initialize`. */
  initialize: number
  /** Between two messages about a request. */
  silence: number
  /** Without a request, an open stream or a message from the client. */
  idle: number
  heartbeat: number
  /** Until a program that is to end is told to, and then until it is killed. */
  farewell: number
}

/** One client's own process of a server. Disposing it ends the process. */
export interface StdioSession extends AsyncDisposable {
  readonly id: string
  readonly client: string
  /** Whether the program has agreed to `initialize`. */
  readonly isInitialized: boolean
  /**
   * What the program writes about this request, to its response. Giving it up cancels the request.
   * @throws LlmdError `invalid_request` for an id that is in use, `overloaded` where the program does not read
   */
  ask(request: RpcMessage, json: string): AsyncIterable<Uint8Array>
  /** Resolves when the program has read it. @throws LlmdError `overloaded` where it does not read */
  tell(message: RpcMessage, json: string): Promise<void>
  /** What the program writes about no request. Whoever listened before does no more. */
  listen(): AsyncIterable<Uint8Array>
}

interface Pending {
  method: string | null
  /** By which the program says how far it is; undefined where it was not asked to. */
  progressToken: unknown
  stream: MessageStream
  deadline: NodeJS.Timeout
}

/**
 * @param options.onEnd Told once: why, where the process has ended by itself, or null after `idle`. It is then to be disposed
 * @throws LlmdError `upstream_unreachable` where the program cannot be started
 */
export async function createSession(options: {
  server: StdioServer
  env: NodeJS.ProcessEnv
  client: string
  timing: SessionTiming
  onEnd: (failure: LlmdError | null) => void
  log: Log
}): Promise<StdioSession> {
  const { server, client, timing, onEnd, log } = options
  const pending = new Map<string | number, Pending>()
  const streams = new Set<MessageStream>()
  let listener: MessageStream | undefined
  const unheard = createUnheardLines()
  let otherLines = 0
  let idle: NodeJS.Timeout | undefined
  let failure: LlmdError | undefined
  let isInitialized = false

  const program = await startServerProcess({
    server,
    env: options.env,
    farewellMs: timing.farewell,
    onLine: take,
    onEnd: end,
    log,
  })
  rest()

  /** Ends the session after a while, unless something goes on. */
  function rest(): void {
    clearTimeout(idle)
    if (streams.size === 0 && !failure) idle = setTimeout(() => onEnd(null), timing.idle)
  }

  function open(onGivenUp?: () => void): MessageStream {
    const stream = createMessageStream({
      heartbeatMs: timing.heartbeat,
      onRead: flow,
      onClose(isGivenUp) {
        streams.delete(stream)
        if (listener === stream) listener = undefined
        if (isGivenUp) onGivenUp?.()
        flow()
        rest()
      },
    })
    streams.add(stream)
    clearTimeout(idle)
    return stream
  }

  /** The program waits while any of its readers has to catch up. */
  function flow(): void {
    program.flow(![...streams].some(({ isFull }) => isFull))
  }

  function settle(id: string | number): Pending | undefined {
    const found = pending.get(id)
    clearTimeout(found?.deadline)
    pending.delete(id)
    return found
  }

  function cancel(id: string | number, reason: string): void {
    if (!settle(id)) return
    const params = { requestId: id, reason }
    void program.send(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params }))
  }

  function take(line: string): void {
    const message = parse(line)
    if (!message) return pass(line)
    otherLines = 0
    if (message.kind === 'response') {
      const answered = settle(message.id ?? '')
      if (answered?.method === 'initialize') isInitialized = !message.failed
      answered?.stream.push(line)
      answered?.stream.end()
    } else {
      const stream = streamFor(message)
      stream?.push(line)
      if (!stream) unheard.add(line)
    }
    flow()
  }

  function pass(line: string): void {
    otherLines += 1
    if (otherLines > mostOtherLines) {
      end(programFailed(server.name, `wrote more than ${mostOtherLines} lines that are no messages`))
    } else if (line.trim() !== '') {
      log.debug('an MCP server wrote what is no message', { mcp_server: server.name })
    }
  }

  /** What is sent to a program that reads nothing stays in memory, also when its client has left. */
  function requireReader(): void {
    if (program.unread > mostUnread) throw programStuck(server.name)
  }

  /** Where a message goes that answers no request. */
  function streamFor({ method, params }: RpcMessage): MessageStream | undefined {
    const { progressToken } = params
    const all = [...pending.values()]
    const about =
      method === 'notifications/progress' ? all.find((one) => one.progressToken === progressToken) : undefined
    about?.deadline.refresh()
    return about?.stream ?? listener ?? all.at(-1)?.stream
  }

  function end(error: LlmdError): void {
    if (failure) return
    close(error)
    onEnd(error)
  }

  function close(error: LlmdError): void {
    failure ??= error
    clearTimeout(idle)
    for (const { deadline } of pending.values()) clearTimeout(deadline)
    pending.clear()
    // Of an answer the client is told that it broke off; what it only listened to is simply over.
    listener?.end()
    for (const stream of streams) stream.fail(error)
  }

  return {
    id: randomUUID(),
    client,
    get isInitialized() {
      return isInitialized
    },
    ask({ id, method, params }, json) {
      if (id === null) throw new TypeError('a request has an id')
      if (failure) throw failure
      if (pending.has(id)) {
        throw new LlmdError('invalid_request', 'id: a request of this id is being answered already.', {
          param: 'id',
        })
      }
      requireReader()
      const ms = method === 'initialize' ? timing.initialize : timing.silence
      const stream = open(() => cancel(id, 'The client left.'))
      const deadline = setTimeout(() => {
        cancel(id, 'It took too long.')
        stream.fail(timedOut(server.name, 'said nothing about a request', ms))
      }, ms)
      pending.set(id, { method, progressToken: progressTokenOf(params), stream, deadline })
      void program.send(json)
      return stream.body
    },
    async tell({ method, params }, json) {
      requireReader()
      rest()
      await program.send(json)
      // The program answers no more what the client has cancelled.
      const { requestId } = params
      if (method !== 'notifications/cancelled') return
      if (typeof requestId === 'string' || typeof requestId === 'number') settle(requestId)?.stream.end()
    },
    listen() {
      listener?.end()
      const stream = open()
      listener = stream
      for (const line of unheard.take()) stream.push(line)
      if (failure) stream.end()
      return stream.body
    },
    async [Symbol.asyncDispose]() {
      close(new LlmdError('mcp_session_not_found', 'The session has ended.'))
      await program[Symbol.asyncDispose]()
    },
  }
}

function progressTokenOf({ _meta }: Record<string, unknown>): unknown {
  return typeof _meta === 'object' && _meta !== null && 'progressToken' in _meta
    ? _meta.progressToken
    : undefined
}

function parse(line: string): RpcMessage | undefined {
  try {
    return readRpcMessage(JSON.parse(line))
  } catch {
    return undefined
  }
}
