import { request } from 'node:http'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect, onTestFinished, vi } from 'vitest'
import { listenTcp } from '../../src/http/listen.ts'
import type { Log } from '../../src/log.ts'
import type { OpenGateway } from '../../src/mcp/open-gateway.ts'
import { startToolServer, type ToolServer } from '../fixtures/mcp/start-tool-server.ts'
import { openServers, toolProgram, type OpenServers } from '../mcp/open-servers.ts'
import { fakeApp, keys, type Fake } from './fake-services.ts'

export const patience = { timeout: 10_000, interval: 20 }

export const canary = 'canary-0123456789abcdef'

export interface Gateway extends Fake, OpenServers {
  url: string
  upstream: ToolServer
  /** How often a tool has said so. */
  tells: (what: 'hanging' | 'aborted') => number
}

/** llmd over TCP, with the tools at `remote`, which wants the canary as its key, and at `local`. */
export async function startGateway(options: { open?: (log: Log) => OpenGateway } = {}): Promise<Gateway> {
  const told: string[] = []
  const upstream = await startToolServer({
    key: canary,
    hanging: () => void told.push('hanging'),
    aborted: () => void told.push('aborted'),
  })
  const servers = await openServers(options)
  await servers.mcp.add({ name: 'remote', url: upstream.url, key: canary })
  await servers.mcp.add({ name: 'local', command: toolProgram, env: { TOOLBOX_TOKEN: canary } })
  const fake = fakeApp({ mcp: servers.mcp })
  const listener = await listenTcp({ app: fake.app, host: '127.0.0.1', port: 0 })
  onTestFinished(() => listener.close())
  return {
    ...fake,
    ...servers,
    logged: servers.logged,
    url: listener.url,
    upstream,
    tells: (what) =>
      told.filter((one) => one === what).length +
      servers.logged.filter(({ text }) => text === `tool server: ${what}`).length,
  }
}

/** A client of the SDK that has introduced itself. */
export async function connect(
  { url }: Gateway,
  name: string,
  { key = keys.llm, mode = 'legacy' }: { key?: string; mode?: 'legacy' | 'auto' } = {},
) {
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp/${name}`), {
    requestInit: { headers: { authorization: `Bearer ${key}` } },
  })
  const client = new Client(
    { name: 'test', version: '1' },
    {
      capabilities: { roots: {} },
      versionNegotiation: { mode },
    },
  )
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///work' }] }))
  await client.connect(transport)
  onTestFinished(() => client.close())
  return { client, transport, session: transport.sessionId ?? '' }
}

/** What a tool answers. */
export async function use(client: Client, name: string, args: Record<string, unknown> = {}): Promise<string> {
  const { content } = await client.callTool({ name, arguments: args })
  const [first] = content
  expect(first?.type).toBe('text')
  return first?.type === 'text' ? first.text : ''
}

/** Asks for what does not end, and hangs up. `fetch` would connect anew. */
export async function hangAndLeave({ url, tells }: Gateway, name: string, session: string): Promise<void> {
  const before = tells('hanging')
  const asking = request(`${url}/mcp/${name}`, {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${keys.llm}`,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'mcp-session-id': session,
    },
  })
  asking.on('error', () => {}).end(JSON.stringify(calling('hang')))
  await vi.waitFor(() => expect(tells('hanging')).toBe(before + 1), patience)
  asking.destroy()
}

/** The JSON of a request that is refused by hand. */
export async function refusalOf(
  answer: Response,
): Promise<{ error: { code: number; message: string; data: { code: string } } }> {
  return JSON.parse(await answer.text())
}

/** A request by hand. */
export function ask(
  { url }: Gateway,
  name: string,
  options: { method?: string; key?: string; session?: string; message?: object } = {},
): Promise<Response> {
  const { method = 'POST', key = keys.llm, session, message } = options
  return fetch(`${url}/mcp/${name}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      accept: 'application/json, text/event-stream',
      ...(session !== undefined && { 'mcp-session-id': session }),
      ...(message && { 'content-type': 'application/json' }),
    },
    ...(message && { body: JSON.stringify(message) }),
  })
}

export function calling(name: string, id: number | string = 7): object {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: {} } }
}
