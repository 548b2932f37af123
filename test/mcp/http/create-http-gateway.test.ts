import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { McpAnswer } from '../../../src/mcp/gateway.ts'
import { createHttpGateway, type HttpServer } from '../../../src/mcp/http/create-http-gateway.ts'
import { createSessionOwners } from '../../../src/mcp/http/session-owners.ts'
import { Secret } from '../../../src/secret.ts'

const canary = 'canary-0123456789abcdef'
const deadlines = { connect: 400, firstByte: 100, idle: 100 }
const patience = { timeout: 10_000, interval: 10 }

async function serve(listener: RequestListener): Promise<{ url: string; closed: () => boolean }> {
  let isClosed = false
  const server = createServer((incoming, outgoing) => {
    outgoing.once('close', () => (isClosed = true))
    listener(incoming, outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp?team=a`,
    closed: () => isClosed,
  }
}

function open(url: string, options: Partial<HttpServer> & { addresses?: string[] } = {}) {
  const { addresses = [], ...server } = options
  const gateway = createHttpGateway(
    {
      name: 'tools',
      url,
      headers: { 'X-Team': 'b' },
      allowPrivate: false,
      key: new Secret(canary),
      ...server,
    },
    {
      deadlines,
      lookup: (_name, _options, callback) =>
        callback(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        ),
    },
  )
  onTestFinished(() => gateway[Symbol.asyncDispose]())
  const message = { jsonrpc: '2.0', id: 5, method: 'tools/call' }
  return {
    gateway,
    ask: (
      method: 'GET' | 'POST' | 'DELETE' = 'POST',
      headers: Record<string, string> = {},
      { client = 'one', signal = new AbortController().signal } = {},
    ) => {
      const bytes = Buffer.from(JSON.stringify(message, null, 3))
      return gateway.exchange({
        method,
        headers: { 'content-type': 'application/json', ...headers },
        message: method === 'POST' ? { bytes, parsed: message } : null,
        client,
        signal,
      })
    },
  }
}

async function textOf({ body }: McpAnswer): Promise<string> {
  return Buffer.concat(await Array.fromAsync(body ?? [])).toString()
}

test('bytes go through as they are, both ways, and of headers what belongs to MCP', async () => {
  const seen: unknown[] = []
  const odd = Buffer.from('data: {"x" : "\u00e9"}\r\n\r\n: comment\n\nid: 7\ndata: 1\n\n')
  const { url } = await serve((incoming, outgoing) => {
    seen.push(incoming.method, incoming.url, incoming.headers)
    incoming.on('data', (chunk) => seen.push(String(chunk)))
    incoming.once('end', () => {
      outgoing.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'mcp-session-id': 's1',
        'set-cookie': 'a=b',
        'x-internal': 'y',
      })
      outgoing.end(odd)
    })
  })
  const answer = await open(url).ask('POST', {
    authorization: 'Bearer of-the-client',
    cookie: 'a=b',
    host: 'llmd',
    accept: 'text/event-stream',
    'mcp-protocol-version': '2025-11-25',
    'mcp-method': 'tools/call',
    'mcp-param-region': 'eu',
    'last-event-id': '3',
    'x-forwarded-for': '1.2.3.4',
  })
  expect(await textOf(answer)).toBe(odd.toString())
  expect(answer.headers).toEqual({
    'content-type': 'text/event-stream; charset=utf-8',
    'mcp-session-id': 's1',
  })
  const [method, path, headers, body] = seen
  expect([method, path]).toEqual(['POST', '/mcp?team=a'])
  expect(body).toBe(JSON.stringify({ jsonrpc: '2.0', id: 5, method: 'tools/call' }, null, 3))
  expect(headers).toEqual({
    accept: 'text/event-stream',
    'accept-encoding': 'identity',
    authorization: `Bearer ${canary}`,
    connection: 'keep-alive',
    'content-length': String(Buffer.byteLength(String(body))),
    'content-type': 'application/json',
    host: new URL(url).host,
    'last-event-id': '3',
    'mcp-method': 'tools/call',
    'mcp-param-region': 'eu',
    'mcp-protocol-version': '2025-11-25',
    'user-agent': 'llmd',
    'x-team': 'b',
  })
})

test.for<[string, RequestListener, string, RegExp]>([
  [
    'a redirect',
    (_, out) => out.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    'upstream_error',
    /leads/,
  ],
  [
    'a page',
    (_, out) => out.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    'upstream_error',
    /neither/,
  ],
  [
    'what is compressed',
    (_, out) =>
      out
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(gzipSync('{}')),
    'upstream_error',
    /compressed/,
  ],
  [
    'with a status that HTTP has not',
    (incoming) =>
      void incoming.socket.end(
        'HTTP/1.1 700 X\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}',
      ),
    'upstream_error',
    /a status that there is not/,
  ],
  ['no HTTP', (incoming) => void incoming.socket.end('hello\r\n\r\n'), 'upstream_error', /proper HTTP/],
  ['nothing', (incoming) => void incoming.socket.destroy(), 'upstream_unreachable', /UND_ERR_SOCKET/],
  ['too late', () => {}, 'upstream_timeout', /did not answer in time/],
  [
    'that the key is wrong',
    (_, out) => out.writeHead(401).end(canary),
    'upstream_credentials',
    /did not accept/,
  ],
])('a server that answers %s', async ([, listener, code, message]) => {
  const { url } = await serve(listener)
  await expect(open(url).ask()).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
})

test('what a server refuses is passed on, without the key', async () => {
  const { url } = await serve((incoming, outgoing) => {
    const told = 'x'.repeat(70_000)
    outgoing.writeHead(400, { 'content-type': 'text/plain', 'retry-after': '3' })
    outgoing.end(`${incoming.headers.authorization} is no good ${told}`)
  })
  const answer = await open(url).ask()
  expect(answer).toMatchObject({ status: 400, headers: { 'content-type': 'text/plain', 'retry-after': '3' } })
  const text = await textOf(answer)
  expect(text.slice(0, 28)).toBe('Bearer [secret] is no good x')
  expect(text.length).toBe(64 * 1024)
})

test('an answer that stops is ended, unless it was only listened to', async () => {
  const { url } = await serve((_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
    outgoing.write(': hello\n\n')
  })
  const { ask } = open(url)
  const stopped = await ask()
  const failed = textOf(stopped)
  const leaving = new AbortController()
  const listening = textOf(await ask('GET', {}, { signal: leaving.signal }))
  await expect(failed).rejects.toMatchObject({ code: 'upstream_timeout' })
  const error = await failed.catch((reason) => reason)
  expect(stopped.lastWords(error)).toMatch(/^event: message\ndata: \{"jsonrpc":"2.0","id":5,"error":.+\n\n$/)
  leaving.abort(new Error('left'))
  await expect(listening).rejects.toThrow('left')
})

test('a server whose answer is given up hears of it', async () => {
  const { url, closed } = await serve((_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
    outgoing.write(': hello\n\n')
  })
  const answer = await open(url).ask()
  const reader = answer.body![Symbol.asyncIterator]()
  await reader.next()
  await reader.return?.()
  await vi.waitFor(() => expect(closed()).toBe(true), patience)
})

test('a session is known from its beginning to its end, and to its client alone', async () => {
  let status = 200
  const { url } = await serve((_, outgoing) => outgoing.writeHead(status, { 'mcp-session-id': 's1' }).end())
  const { gateway, ask } = open(url)
  const session = { 'mcp-session-id': 's1' }
  const unknown = { code: 'mcp_session_not_found' }
  await expect(ask('POST', session)).rejects.toMatchObject(unknown)
  await ask()
  expect(gateway.sessions).toBe(1)
  expect((await ask('POST', session)).status).toBe(200)
  await expect(ask('POST', session, { client: 'two' })).rejects.toMatchObject(unknown)
  await ask('DELETE', session)
  expect(gateway.sessions).toBe(0)
  await ask()
  status = 404
  expect((await ask('POST', session)).status).toBe(404)
  await expect(ask('POST', session)).rejects.toMatchObject(unknown)
})

test('an answer without a body has none', async () => {
  const { url } = await serve((_, outgoing) => outgoing.writeHead(204).end())
  expect(await open(url).ask()).toMatchObject({ status: 204, body: null })
})

test('of sessions the longest unused are forgotten first', () => {
  const owners = createSessionOwners(2)
  owners.add('a', 'one')
  owners.add('b', 'one')
  expect(owners.isOf('a', 'one')).toBe(true)
  owners.add('c', 'two')
  expect(['a', 'b', 'c'].map((id) => owners.isOf(id, 'one'))).toEqual([true, false, false])
})

test.for<[url: string, options: Parameters<typeof open>[1], message: RegExp]>([
  ['http://169.254.169.254/mcp', {}, /metadata/],
  ['http://tools.example/mcp', { addresses: ['169.254.169.254'], allowPrivate: true }, /metadata/],
  ['http://tools.example/mcp', { addresses: ['10.1.2.3'] }, /private address/],
])('%s with %j is not connected to', async ([url, options, message]) => {
  const asked = async () => open(url, options).ask()
  await expect(asked()).rejects.toMatchObject({
    code: 'upstream_unreachable',
    message: expect.stringMatching(message),
  })
})
