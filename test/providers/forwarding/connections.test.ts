import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { startProxy } from '../../fixtures/start-proxy.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import {
  canary,
  connectionTo,
  forward,
  openUpstream,
  patient,
  requestFor,
  startFaults,
} from './open-upstream.ts'

const pem = (name: string) => readFileSync(new URL(`../../fixtures/tls/${name}.pem`, import.meta.url), 'utf8')
const tls = { key: pem('key'), cert: pem('certificate') }
const never = new AbortController().signal
const soon = { timeout: 10_000, interval: 20 }

async function openProxy(options: { status?: number } = {}) {
  const proxy = await startProxy(options)
  onTestFinished(() => proxy[Symbol.asyncDispose]())
  return proxy
}

test('what the upstream is sent is made by llmd, and nothing else', async () => {
  const server = await startFaults()
  const headers = {
    'openai-organization': 'org-1',
    'x-team': 'blue',
    'accept-encoding': 'gzip',
    connection: 'close',
  }
  const upstream = openUpstream(connectionTo(`${server.baseUrl}?api-version=1`, { headers }))
  await forward(upstream, requestFor('good', { stream: true, temperature: 0 }))
  expect(server.requests[0]).toEqual({
    method: 'POST',
    path: '/v1/chat/completions?api-version=1',
    headers: {
      host: `127.0.0.1:${server.port}`,
      connection: 'keep-alive',
      accept: 'text/event-stream',
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'llmd',
      'openai-organization': 'org-1',
      'x-team': 'blue',
      authorization: `Bearer ${canary}`,
      'content-length': '60',
    },
    body: '{"model":"good","stream":true,"messages":[],"temperature":0}',
    connection: 1,
  })
})

test('a key in a header of its own, and none at all', async () => {
  const server = await startFaults()
  const auth = { header: 'api-key', prefix: '' }
  await forward(openUpstream(connectionTo(server.baseUrl, { auth })), requestFor('good'))
  await forward(openUpstream(connectionTo(server.baseUrl, { key: null })), requestFor('good'))
  const [first, second] = server.requests
  expect(first?.headers).toMatchObject({ 'api-key': canary })
  expect(first?.headers).not.toHaveProperty('authorization')
  expect(second?.headers).not.toHaveProperty('authorization')
})

test('one connection carries request after request', async () => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl))
  for (const stream of [false, true, false]) await forward(upstream, requestFor('good', { stream }))
  expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1, 1])
})

test('a connection that was closed meanwhile is replaced', async () => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl))
  await forward(upstream, requestFor('stale'))
  const { result, answer } = await forward(upstream, requestFor('stale'))
  expect(result).toMatchObject({ kind: 'answered' })
  expect(answer.text).toContain('"alias"')
  expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1, 2])
})

test('that is done once, and never on a fresh connection', async () => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl))
  await forward(upstream, requestFor('good'))
  const { thrown } = await forward(upstream, requestFor('reset-before'))
  expect(thrown).toMatchObject({ code: 'upstream_unreachable' })
  expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1, 2])
})

test('a request of which an answer has begun is not sent again', async () => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl))
  await forward(upstream, requestFor('good'))
  const { thrown } = await forward(upstream, requestFor('reset-midway'))
  expect(thrown).toMatchObject({ code: 'upstream_error' })
  expect(server.requests).toHaveLength(2)
})

test('warming opens a connection without telling the key', async () => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl, { headers: { 'x-team': 'blue' } }))
  await upstream.warm()
  await setImmediate()
  expect(server.open).toBe(1)
  await forward(upstream, requestFor('good'))
  expect(server.requests.map(({ connection }) => connection)).toEqual([1])
})

test('warming what is not there does nothing', async () => {
  const upstream = openUpstream(connectionTo('http://127.0.0.1:1/v1'))
  await expect(upstream.warm()).resolves.toBeUndefined()
})

test('an answer that begins with 100 Continue is refused, and the request not sent again', async () => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl))
  await forward(upstream, requestFor('good'))
  const { thrown } = await forward(upstream, requestFor('continue'))
  expect(thrown).toMatchObject({ code: 'upstream_error', message: expect.stringContaining('100 Continue') })
  expect(server.requests).toHaveLength(2)
})

test('warming that hangs keeps nobody from closing', async () => {
  const accepted = Promise.withResolvers<void>()
  const server = createServer((socket) => {
    socket.on('error', () => {}).resume()
    accepted.resolve()
  })
  onTestFinished(() => void server.close())
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  )
  const upstream = openUpstream(connectionTo(`http://127.0.0.1:${port}/v1`))
  const warming = upstream.warm()
  await accepted.promise
  const began = performance.now()
  await upstream[Symbol.asyncDispose]()
  await warming
  expect(performance.now() - began).toBeLessThan(2000)
})

test('an exchange is read whole, and any status is an answer', async () => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl))
  const trial = (model: string) =>
    upstream.exchange({ method: 'POST', path: '/chat/completions', body: { model }, timeoutMs: 5000 }, never)
  const good = await trial('good')
  expect(good.status).toBe(200)
  expect(JSON.parse(good.body.toString())).toMatchObject({ model: 'good-2025-01-01' })
  expect(await trial('status-401')).toMatchObject({ status: 401 })
  expect(await trial('redirect')).toMatchObject({ status: 307 })
  const list = await upstream.exchange({ method: 'GET', path: '/models?limit=2', timeoutMs: 5000 }, never)
  expect(list.status).toBe(200)
  expect(server.requests.at(-1)).toMatchObject({ method: 'GET', path: '/v1/models?limit=2', body: '' })
})

test('an exchange fails as a request does, and in its own time', async () => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(server.baseUrl), { ...patient, connect: 200 })
  const trial = (model: string, timeoutMs: number) =>
    upstream.exchange({ method: 'POST', path: '/chat/completions', body: { model }, timeoutMs }, never)
  await expect(trial('stall-before', 100)).rejects.toMatchObject({ code: 'upstream_timeout' })
  await expect(trial('gzip-bomb', 5000)).rejects.toMatchObject({ code: 'upstream_error' })
  await expect(trial('reset-before', 5000)).rejects.toMatchObject({ code: 'upstream_unreachable' })
})

test('disposing lets what is under way end, and takes no more', async () => {
  const server = await startFaults({ paceMs: 1 })
  const upstream = openUpstream(connectionTo(server.baseUrl))
  const underWay = forward(upstream, requestFor('drip'))
  await expect.poll(() => server.requests.length, soon).toBe(1)
  const disposed = upstream[Symbol.asyncDispose]()
  const { thrown } = await forward(upstream, requestFor('good'))
  expect(thrown).toMatchObject({ code: 'upstream_unreachable' })
  expect((await underWay).result).toMatchObject({ kind: 'answered' })
  await disposed
  await expect.poll(() => server.open, soon).toBe(0)
})

test('TLS with an authority of its own', async () => {
  const server = await startFaults({ tls })
  const trusting = openUpstream(connectionTo(server.baseUrl, { ca: tls.cert }))
  expect((await forward(trusting, requestFor('good'))).result).toMatchObject({ kind: 'answered' })
  const strict = openUpstream(connectionTo(server.baseUrl))
  const { thrown } = await forward(strict, requestFor('good'))
  expect(thrown).toMatchObject({
    code: 'upstream_unreachable',
    message: 'acme could not be reached: DEPTH_ZERO_SELF_SIGNED_CERT.',
  })
  expect(server.requests).toHaveLength(1)
})

test('a certificate of another host is refused', async () => {
  const server = await startFaults({ tls })
  const baseUrl = `https://other.example:${server.port}/v1`
  const lookup = fixed('127.0.0.1')
  const connection = connectionTo(baseUrl, { ca: tls.cert, allowPrivate: true })
  const { thrown } = await forward(openUpstream(connection, patient, { lookup }), requestFor('good'))
  expect(thrown).toMatchObject({ message: 'acme could not be reached: ERR_TLS_CERT_ALTNAME_INVALID.' })
  expect(server.requests).toHaveLength(0)
})

test('a Unix socket instead of the host', async () => {
  const path = join(temporaryFolder(), 'upstream.sock')
  const server = await startFaults({ path })
  const upstream = openUpstream(connectionTo('http://models.example/v1', { socket: path }))
  expect((await forward(upstream, requestFor('good'))).result).toMatchObject({ kind: 'answered' })
  expect(server.requests[0]).toMatchObject({
    path: '/v1/chat/completions',
    headers: { host: 'models.example' },
  })
})

test('plain HTTP is asked of a proxy', async () => {
  const server = await startFaults()
  const proxy = await openProxy()
  const address = proxy.origin.replace('//', '//user:p%40ss@')
  const upstream = openUpstream(connectionTo(server.baseUrl, { proxy: address }))
  for (const stream of [false, true]) {
    expect((await forward(upstream, requestFor('good', { stream }))).result).toMatchObject({
      kind: 'answered',
    })
  }
  expect(new Set(proxy.asked)).toEqual(new Set([`POST ${server.baseUrl}/chat/completions`]))
  expect(proxy.authorizations[0]).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`)
  expect(server.requests[0]?.headers).toMatchObject({ host: `127.0.0.1:${server.port}` })
})

test('TLS goes through a proxy in a tunnel', async () => {
  const server = await startFaults({ tls })
  const proxy = await openProxy()
  const address = proxy.origin.replace('//', '//user:pass@')
  const baseUrl = server.baseUrl.replace('127.0.0.1', 'upstream.example')
  const upstream = openUpstream(connectionTo(baseUrl, { proxy: address, ca: tls.cert }))
  for (const stream of [false, true]) {
    expect((await forward(upstream, requestFor('good', { stream }))).result).toMatchObject({
      kind: 'answered',
    })
  }
  expect(proxy.asked).toEqual([`CONNECT upstream.example:${server.port}`])
  expect(proxy.authorizations).toEqual([`Basic ${Buffer.from('user:pass').toString('base64')}`])
  expect(server.requests[0]?.headers).not.toHaveProperty('proxy-authorization')
})

test.for([
  [407, 'upstream_credentials'],
  [403, 'upstream_error'],
] as const)('a proxy that answers %d', async ([status, code]) => {
  const proxy = await openProxy({ status })
  const upstream = openUpstream(connectionTo('https://upstream.example/v1', { proxy: proxy.origin }))
  expect((await forward(upstream, requestFor('good'))).thrown).toMatchObject({ code })
  expect(proxy.asked).toEqual(['CONNECT upstream.example:443'])
})

test('a proxy that is not there', async () => {
  const upstream = openUpstream(connectionTo('https://upstream.example/v1', { proxy: 'http://127.0.0.1:1' }))
  expect((await forward(upstream, requestFor('good'))).thrown).toMatchObject({ code: 'upstream_unreachable' })
})

function fixed(address: string) {
  return (
    _: string,
    __: object,
    callback: (error: null, found: { address: string; family: number }[]) => void,
  ) => callback(null, [{ address, family: 4 }])
}
