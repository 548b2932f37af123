import { readFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import { createLog } from '../../../src/log.ts'
import type { McpAnswer, McpGateway } from '../../../src/mcp/gateway.ts'
import { createBackoff } from '../../../src/mcp/stdio/backoff.ts'
import type { SessionTiming } from '../../../src/mcp/stdio/create-session.ts'
import { createStdioGateway } from '../../../src/mcp/stdio/create-stdio-gateway.ts'

/** Answers `initialize` with its pid, and does for other messages what the cases of the shell say. */
export const answering = (cases = '') => `
  while read -r line; do
    case "$line" in
      *'"initialize"'*) echo "{\\"jsonrpc\\":\\"2.0\\",\\"id\\":1,\\"result\\":{\\"pid\\":$$}}" ;;
      ${cases}
    esac
  done`

export interface OpenGateway {
  gateway: McpGateway
  logged: Record<string, unknown>[]
  /** What the log has of the program's stderr. */
  texts: () => string[]
  send: (
    message: object,
    options?: { session?: string; client?: string; signal?: AbortSignal },
  ) => Promise<McpAnswer>
  /** Resolves with the id of the session, and the pid of its program. */
  begin: (client?: string) => Promise<{ session: string; pid: number }>
  listen: (session: string) => Promise<McpAnswer>
  end: (session: string, client?: string) => Promise<McpAnswer>
}

/** A gateway to a program of the shell, until the test ends. */
export function openGateway(
  script: string,
  {
    command = ['sh', '-c', script],
    timing = {},
    variables = {},
  }: { command?: string[]; timing?: Partial<SessionTiming>; variables?: Record<string, string> } = {},
): OpenGateway {
  const logged: Record<string, unknown>[] = []
  const gateway = createStdioGateway({
    server: { name: 'tools', command, variables },
    env: { ...process.env, LLMD_SECRET: 'of the operator' },
    backoff: createBackoff({ firstMs: 1 }),
    timing: { initialize: 10_000, silence: 10_000, idle: 60_000, heartbeat: 15_000, farewell: 50, ...timing },
    log: createLog({ level: 'debug', write: (line) => logged.push(JSON.parse(line)) }),
  })
  onTestFinished(() => gateway[Symbol.asyncDispose]())

  const ask = (
    method: 'GET' | 'POST' | 'DELETE',
    {
      message = null,
      session,
      client = 'one',
      signal = new AbortController().signal,
    }: {
      message?: object | null
      session?: string
      client?: string
      signal?: AbortSignal
    },
  ) =>
    gateway.exchange({
      method,
      headers: session === undefined ? {} : { 'mcp-session-id': session },
      // Nobody has to write JSON in one line.
      message: message && { bytes: Buffer.from(JSON.stringify(message, null, 2)), parsed: message },
      client,
      signal,
    })
  const send: OpenGateway['send'] = (message, options = {}) => ask('POST', { message, ...options })

  return {
    gateway,
    logged,
    texts: () => logged.flatMap(({ text }) => (typeof text === 'string' ? [text] : [])),
    send,
    async begin(client = 'one') {
      const answer = await send(initialize, { client })
      const [message] = await messagesOf(answer)
      return { session: answer.headers['mcp-session-id'] ?? '', pid: Number(Object(message)['result'].pid) }
    },
    listen: (session) => ask('GET', { session }),
    end: (session, client = 'one') => ask('DELETE', { session, client }),
  }
}

export const initialize = { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} }

export const request = (method: string, id = 2, params = {}) => ({ jsonrpc: '2.0', id, method, params })

export const notification = (method: string, params = {}) => ({ jsonrpc: '2.0', method, params })

/** All of an answer, to its end. */
export async function messagesOf({ body }: McpAnswer): Promise<unknown[]> {
  let text = ''
  for await (const chunk of body ?? []) text += Buffer.from(chunk).toString()
  return Array.from(text.matchAll(/^event: message\ndata: (.*)\n\n/gm), ([, json = '']) => JSON.parse(json))
}

/** Whether a process runs; one that only nobody has asked for its end does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
