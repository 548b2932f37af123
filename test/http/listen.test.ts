import { once } from 'node:events'
import { chmod, link, lstat, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Listener, listenSocket, listenTcp } from '../../src/http/listen.ts'
import { fakeApp, hanging } from './fake-services.ts'
import { dial, errorOf, rawRequest, statusOf } from './raw-request.ts'

let folder: string
let open: Listener[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llmd-listen-'))
  open = []
})
afterEach(async () => {
  await Promise.all(open.map((listener) => listener.close()))
  await rm(folder, { recursive: true })
})

async function onTcp(host = '127.0.0.1', port = 0): Promise<Listener> {
  const listener = await listenTcp({ app: fakeApp().app, host, port })
  open.push(listener)
  return listener
}

async function onSocket(path: string, app = fakeApp().app): Promise<Listener> {
  const listener = await listenSocket({ app, path })
  open.push(listener)
  return listener
}

const ask = (url: string, head: string) => rawRequest(url, `${head}\r\nConnection: close\r\n\r\n`)
const health = 'GET /health HTTP/1.1\r\nHost: localhost'

describe('listenTcp', () => {
  it('answers on a free port', async () => {
    const { url } = await onTcp()
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(statusOf(await ask(url, health))).toBe(200)
  })

  it('refuses a taken port and names the flag', async () => {
    const { url } = await onTcp()
    await expect(onTcp('127.0.0.1', Number(new URL(url).port))).rejects.toMatchObject({
      code: 'listen_failed',
      hint: expect.stringContaining('--port'),
    })
  })

  it('refuses an address that is not this machine', async () => {
    await expect(onTcp('192.0.2.1')).rejects.toMatchObject({ code: 'listen_failed' })
  })

  it.each([
    ['no Host', 'GET /health HTTP/1.1', 400, 'invalid_host'],
    ['two Hosts', 'GET /health HTTP/1.1\r\nHost: localhost\r\nHost: localhost', 400, 'invalid_host'],
    ['a foreign Host', 'GET /health HTTP/1.1\r\nHost: localhost.evil.example', 403, 'host_refused'],
    ['a Host that is a path', 'GET /v1/models HTTP/1.1\r\nHost: localhost/health', 400, 'invalid_request'],
    ['a Host with a user', 'GET /health HTTP/1.1\r\nHost: a@localhost', 400, 'invalid_request'],
    ['a broken request line', 'GARBAGE', 400, 'invalid_request'],
    ['a broken header', 'GET /health HTTP/1.1\r\nHost: localhost\r\nx y: 1', 400, 'invalid_request'],
    [
      'two lengths',
      'POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2',
      400,
      'invalid_request',
    ],
    [
      'a length and chunks',
      'POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked',
      400,
      'invalid_request',
    ],
    [
      'a huge header',
      `GET /health HTTP/1.1\r\nHost: localhost\r\nx: ${'x'.repeat(20_000)}`,
      431,
      'invalid_request',
    ],
  ])('refuses %s', async (_name, head, status, code) => {
    const { url } = await onTcp()
    const answer = await ask(url, head)
    expect(statusOf(answer)).toBe(status)
    expect(errorOf(answer).code).toBe(code)
    expect(answer).toMatch(/x-request-id: req_/i)
  })
})

describe('listenSocket', () => {
  it('makes a socket for this user alone, in a folder for this user alone', async () => {
    const path = join(folder, 'run', 'llmd.sock')
    const { url } = await onSocket(path)
    expect(url).toBe(`unix://${path}`)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder, 'run'))).mode & 0o777).toBe(0o700)
    expect(await readdir(join(folder, 'run'))).toEqual(['llmd.sock'])
    expect(statusOf(await ask(url, health))).toBe(200)
  })

  it('leaves the mode of a folder that was there', async () => {
    const shared = join(folder, 'shared')
    await mkdir(shared)
    await chmod(shared, 0o755)
    await onSocket(join(shared, 'llmd.sock'))
    expect((await stat(shared)).mode & 0o777).toBe(0o755)
  })

  it('trusts without a key, but not what a browser sends', async () => {
    const { url } = await onSocket(join(folder, 'llmd.sock'))
    expect(statusOf(await ask(url, 'GET /llmd/v1/status HTTP/1.1\r\nHost: llmd'))).toBe(200)
    const answer = await ask(url, 'GET /llmd/v1/status HTTP/1.1\r\nHost: llmd\r\nOrigin: http://llmd')
    expect(statusOf(answer)).toBe(403)
    expect(errorOf(answer).code).toBe('origin_refused')
  })

  it('removes its file when it closes', async () => {
    const listener = await onSocket(join(folder, 'llmd.sock'))
    await listener.close()
    expect(await readdir(folder)).toEqual([])
  })

  it('leaves a file that took its place', async () => {
    const path = join(folder, 'llmd.sock')
    const listener = await onSocket(path)
    await rm(path)
    await writeFile(path, 'mine')
    await listener.close()
    expect(await readdir(folder)).toEqual(['llmd.sock'])
  })

  it('refuses a socket that is answered', async () => {
    const path = join(folder, 'llmd.sock')
    const { url } = await onSocket(path)
    await expect(onSocket(path)).rejects.toMatchObject({ code: 'listen_failed' })
    expect(statusOf(await ask(url, health))).toBe(200)
  })

  it('takes the place of a dead socket', async () => {
    const path = join(folder, 'llmd.sock')
    await leaveDeadSocket(path)
    const { url } = await onSocket(path)
    expect(statusOf(await ask(url, health))).toBe(200)
  })

  it('leaves what is not a socket', async () => {
    const path = join(folder, 'llmd.sock')
    await writeFile(path, 'mine')
    await expect(onSocket(path)).rejects.toMatchObject({ code: 'listen_failed' })
    expect((await lstat(path)).isFile()).toBe(true)
  })

  it('refuses a path that no socket can have', async () => {
    await expect(onSocket(join(folder, 'x'.repeat(120)))).rejects.toMatchObject({
      code: 'listen_failed',
      hint: expect.stringContaining('shorter'),
    })
  })

  it('hangs up, when it closes, on answers that never end', async () => {
    const { backend, started, aborted } = hanging()
    const listener = await onSocket(join(folder, 'llmd.sock'), fakeApp({ backend }).app)
    const socket = dial(listener.url)
    const body = JSON.stringify({
      model: 'test/model',
      stream: true,
      messages: [{ role: 'user', content: 'x' }],
    })
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: llmd\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    await started
    socket.resume()
    await Promise.all([listener.close(), once(socket, 'close')])
    expect(await aborted).toMatchObject({ name: 'AbortError' })
  })
})

/** As a process that was killed leaves it: a file that nobody listens on. */
async function leaveDeadSocket(path: string): Promise<void> {
  const server = createServer().listen(`${path}.dying`)
  await once(server, 'listening')
  await link(`${path}.dying`, path)
  server.close()
  await once(server, 'close')
}
