import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import type { AddMcpServer } from '../../src/api/mcp.ts'
import { startToolServer } from '../fixtures/mcp/start-tool-server.ts'
import { openServers, toolProgram } from './open-servers.ts'

const { signal } = new AbortController()
const canary = 'canary-0123456789abcdef'

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(256 * 1024, ' ')
}

const tools = ['remember', 'count', 'hang', 'variables', 'whisper', 'ask']

test('a server that works tells what it is and what it has', async () => {
  const server = await startToolServer({ key: canary })
  const { mcp } = await openServers()
  await mcp.add({ name: 'remote', url: server.url, key: canary })
  await mcp.add({ name: 'local', command: toolProgram })
  for (const name of ['remote', 'local']) {
    const result = await mcp.test(name, signal)
    expect(result).toMatchObject({ ok: true, server: { name: 'toolbox', version: '1.2.3' }, failure: null })
    expect(result.tools.map((tool) => tool.name)).toEqual(tools)
    expect(result.tools[0]?.description).toBe('Counts how often it was called.')
    expect(result.protocol).toMatch(/^20\d\d-\d\d-\d\d$/)
    expect(result.ms).toBeGreaterThan(0)
  }
  // What was opened for it is closed again.
  expect(mcp.list().map(({ sessions }) => sessions)).toEqual([0, 0])
})

test('one that does not says whether it is the key, the URL, the network, the program or what it speaks', async () => {
  const server = await startToolServer({ key: canary })
  const answers: Record<string, [status: number, type: string, body: string]> = {
    '/absent': [404, 'text/plain', 'not found'],
    '/page': [200, 'text/html', '<p>'],
    '/api': [200, 'application/json', '{"hello":1}'],
    '/denied': [403, 'application/json', '{}'],
  }
  const other = createServer(({ url = '' }, outgoing) => {
    if (url === '/endless') {
      outgoing.writeHead(200, { 'content-type': 'application/json' })
      Readable.from(endless()).pipe(outgoing)
      return
    }
    const [status, type, body] = answers[url] ?? [500, 'text/plain', '']
    outgoing.writeHead(status, { 'content-type': type }).end(body)
  })
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    other.closeAllConnections()
    other.close()
  })
  const origin = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  const { mcp } = await openServers()
  const cases: [Omit<AddMcpServer, 'name'>, code: string, message: string, hint: string][] = [
    [{ url: server.url }, 'upstream_credentials', 'Invalid key', 'Give a key.'],
    [{ url: server.url, key: `${canary}-wrong` }, 'upstream_credentials', 'Invalid key', 'Check the key'],
    [{ url: `${origin}/denied` }, 'upstream_credentials', 'Invalid key', 'HTTP 403'],
    [{ url: `${origin}/absent` }, 'upstream_error', 'Wrong URL', `${origin}/absent`],
    [{ url: `${origin}/page` }, 'upstream_error', 'Not MCP', 'neither JSON nor'],
    [{ url: `${origin}/api` }, 'upstream_error', 'Not MCP', 'does not speak MCP'],
    [{ url: `${origin}/broken` }, 'upstream_error', 'Not MCP', 'HTTP 500'],
    [{ url: `${origin}/endless` }, 'upstream_error', 'Not MCP', 'It told more than 8 MB.'],
    [{ url: 'http://127.0.0.1:1/mcp' }, 'upstream_unreachable', 'Network error', 'ECONNREFUSED'],
    [{ command: ['/nowhere/at-all'] }, 'upstream_unreachable', 'Program failed', 'ENOENT'],
    [{ command: ['sh', '-c', 'exit 4'] }, 'upstream_error', 'Program failed', 'ended with 4'],
  ]
  for (const [index, [added, code, message, hint]] of cases.entries()) {
    const name = `server-${index}`
    await mcp.add({ name, ...added })
    const { failure, ok } = await mcp.test(name, signal)
    expect({ ok, failure }).toMatchObject({
      ok: false,
      failure: { code, message, hint: expect.stringContaining(hint) },
    })
    expect(JSON.stringify(failure)).not.toContain(canary)
  }
})

test('nobody waits for a server whose operator has left', async () => {
  const { mcp } = await openServers()
  await mcp.add({ name: 'slow', command: ['sleep', '60'] })
  const leaving = new AbortController()
  const testing = mcp.test('slow', leaving.signal)
  leaving.abort(new Error('left'))
  await expect(testing).rejects.toThrow('left')
})
