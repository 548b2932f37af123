import { randomUUID } from 'node:crypto'
import type { McpTest } from '../api/mcp.ts'
import { LlmdError, toLlmdError } from '../errors.ts'
import type { McpGateway } from './gateway.ts'

const withinMs = 60_000

/** In all: more tools than anybody has. */
const mostBytes = 8 * 1024 ** 2

interface Asked {
  url: string | null
  hasKey: boolean
}

interface Told {
  status: number | null
  error: LlmdError | null
}

/**
 * Introduces llmd by the way that clients go, and asks for the tools.
 * @param asked.url null where it is a program
 * @throws the signal's reason when it is aborted
 */
export async function tryServer(gateway: McpGateway, asked: Asked, signal: AbortSignal): Promise<McpTest> {
  // It takes a fifth of a second to load, which nobody else has to wait for.
  const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client')
  const deadline = AbortSignal.timeout(withinMs)
  const ended = AbortSignal.any([signal, deadline])
  const last: Told = { status: null, error: null }
  const transport = new StreamableHTTPClientTransport(new URL('http://llmd.invalid/'), {
    fetch: fetchThrough(gateway, ended, last),
  })
  const client = new Client({ name: 'llmd', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const startedAt = performance.now()
  const ms = () => Math.round(performance.now() - startedAt)
  try {
    const options = { signal: ended, timeout: withinMs }
    await client.connect(transport, options)
    const { tools } = client.getServerCapabilities()?.tools
      ? await client.listTools({}, options)
      : { tools: [] }
    const result = {
      ok: true,
      ms: ms(),
      protocol: client.getNegotiatedProtocolVersion() ?? null,
      server: named(client.getServerVersion()),
      tools: tools.map(({ name, description = null }) => ({ name, description })),
      failure: null,
    }
    if (transport.sessionId !== undefined) await transport.terminateSession().catch(() => {})
    return result
  } catch (error) {
    signal.throwIfAborted()
    const failed = deadline.aborted ? tookTooLong() : (last.error ?? error)
    const failure = explain(failed, last.status, asked)
    return { ok: false, ms: ms(), protocol: null, server: null, tools: [], failure }
  } finally {
    await client.close().catch(() => {})
  }
}

/** The gateway as a `fetch`; `last` gets what came of the last message. */
function fetchThrough(gateway: McpGateway, ended: AbortSignal, last: Told) {
  const client = `test ${randomUUID()}`
  let bytes = 0
  /** The SDK reads on for as long as there is anything. */
  async function* within(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of body) {
      bytes += piece.length
      if (bytes > mostBytes) throw (last.error = toldTooMuch())
      yield piece
    }
  }
  return async (_url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const { method = 'GET', body } = init
    const isMessage = method === 'POST'
    try {
      const answer = await gateway.exchange({
        method: method === 'GET' || method === 'DELETE' ? method : 'POST',
        headers: Object.fromEntries(new Headers(init.headers)),
        message: typeof body === 'string' ? { bytes: Buffer.from(body), parsed: JSON.parse(body) } : null,
        client,
        signal: init.signal ? AbortSignal.any([init.signal, ended]) : ended,
      })
      if (isMessage) Object.assign(last, { status: answer.status, error: null })
      return new Response(answer.body && ReadableStream.from(within(answer.body)), answer)
    } catch (error) {
      // What clients are told with a status, the SDK is too: it may go on in another way then.
      const refusal = toLlmdError(error)
      if (isMessage) Object.assign(last, { status: refusal.status, error: refusal })
      if (refusal.status >= 500) throw refusal
      return new Response(null, { status: refusal.status })
    }
  }
}

function explain(error: unknown, status: number | null, { url, hasKey }: Asked): McpTest['failure'] {
  const checkKey = hasKey ? 'Check the key, and that it belongs to this URL.' : 'Give a key.'
  const checkUrl = url === null ? '' : ` Check the URL: ${url}`
  if (error instanceof LlmdError) {
    const { code, message, hint } = error
    const all = hint === undefined ? message : `${message} ${hint}`
    if (code === 'upstream_credentials') return told(code, 'Invalid key', checkKey)
    if (url === null) return told(code, 'Program failed', all)
    const isNetwork = code === 'upstream_unreachable' || code === 'upstream_timeout'
    return isNetwork ? told(code, 'Network error', all) : told(code, 'Not MCP', `${all}${checkUrl}`)
  }
  const answered = `It answered with HTTP ${status}.`
  if (status === 403) return told('upstream_credentials', 'Invalid key', `${answered} ${checkKey}`)
  if (status === 404 || status === 405) return told('upstream_error', 'Wrong URL', `${answered}${checkUrl}`)
  if (status !== null && status >= 400) return told('upstream_error', 'Not MCP', `${answered}${checkUrl}`)
  return told('upstream_error', 'Not MCP', `What answers does not speak MCP as llmd knows it.${checkUrl}`)
}

function named(server: { name: string; version: string } | undefined): McpTest['server'] {
  return server ? { name: server.name, version: server.version } : null
}

function tookTooLong(): LlmdError {
  return new LlmdError('upstream_timeout', `It did not introduce itself within ${withinMs / 1000} s.`)
}

function toldTooMuch(): LlmdError {
  return new LlmdError('upstream_error', `It told more than ${mostBytes / 1024 ** 2} MB.`)
}

function told(code: string, message: string, hint: string) {
  return { code, message, hint }
}
