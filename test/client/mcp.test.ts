import { expect, test } from 'vitest'
import { parseAddress } from '../../src/client/address.ts'
import { createClient } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'
import { json, openFakeDaemon } from './fake-daemon.ts'

test('the client asks for MCP servers where the daemon has them', async () => {
  await using daemon = await openFakeDaemon({ answer: json({ data: [] }) })
  const client = createClient(createHttpTransport({ address: parseAddress(daemon.address) }))
  await client.listMcpServers()
  await client.addMcpServer({ name: 'a', url: 'https://tools.example/mcp' })
  await client.testMcpServer('a b')
  await client.removeMcpServer('a')
  expect(daemon.requests.map(({ method, url, body }) => `${method} ${url} ${body}`.trim())).toEqual([
    'GET /llmd/v1/mcp-servers',
    'POST /llmd/v1/mcp-servers {"name":"a","url":"https://tools.example/mcp"}',
    'POST /llmd/v1/mcp-servers/a%20b/test',
    'DELETE /llmd/v1/mcp-servers/a',
  ])
})
