import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Listener, listenSocket, listenTcp } from '../../src/http/listen.ts'
import { fakeApp, fakeBackend, hanging, keys, textDelta, usage } from './fake-services.ts'
import { dial, errorOf, statusOf } from './raw-request.ts'

let folder: string
let listeners: Listener[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llmd-clients-'))
  listeners = []
})
afterEach(async () => {
  await Promise.all(listeners.map((listener) => listener.close()))
  await rm(folder, { recursive: true })
})

async function listen(via: 'tcp' | 'socket', options: Parameters<typeof fakeApp>[0]) {
  const fake = fakeApp(options)
  const { app } = fake
  const listener =
    via === 'tcp'
      ? await listenTcp({ app, host: '127.0.0.1', port: 0 })
      : await listenSocket({ app, path: join(folder, 'llmd.sock') })
  listeners.push(listener)
  return { ...fake, url: listener.url }
}

function post(body: string, headers: string[] = [`Content-Length: ${Buffer.byteLength(body)}`]) {
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${keys.all}`,
    ...headers,
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

const chat = (stream: boolean) =>
  JSON.stringify({ model: 'test/model', messages: [{ role: 'user', content: 'hi' }], stream })

describe.each(['tcp', 'socket'] as const)('a client that leaves, by %s', (via) => {
  it.each([
    [true, 'in the middle of a stream', ['one']],
    [true, 'before a stream begins', []],
    [false, 'before a whole answer', ['one']],
  ])('aborts the backend within 150 ms (stream %s: %s)', async (stream, _when, words) => {
    const { backend, started, aborted } = hanging({ words })
    const { url, requests, logged } = await listen(via, { backend })
    const socket = dial(url)
    socket.write(post(chat(stream)))
    await started
    if (stream && words.length > 0) await once(socket, 'data')
    const left = performance.now()
    socket.destroy()
    expect(await aborted).toMatchObject({ name: 'AbortError' })
    expect(performance.now() - left).toBeLessThan(150)
    await expect.poll(() => requests).toMatchObject({ active: 0, served: 1 })
    expect(logged).toMatchObject([{ message: 'request', status: 499 }])
  })
})

describe('a client that does not read', () => {
  it('holds the backend back, and gets it all once it reads', async () => {
    const total = 200
    let pulled = 0
    const backend = fakeBackend({
      async *stream() {
        for (; pulled < total; pulled += 1) yield textDelta('x'.repeat(64 * 1024))
        yield { type: 'finish', usage }
      },
    })
    const { url } = await listen('socket', { backend })
    const socket = dial(url)
    socket.pause()
    socket.write(post(chat(true)))
    // Buffers fill, and then the count stands still.
    let before = -1
    await expect
      .poll(() => {
        const still = pulled > 0 && pulled === before
        before = pulled
        return still
      })
      .toBe(true)
    expect(pulled).toBeLessThan(40)
    let end = ''
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      end = (end + text).slice(-200)
    })
    socket.resume()
    await expect.poll(() => end, { timeout: 10_000 }).toContain('data: [DONE]')
    expect(pulled).toBe(total)
    socket.destroy()
  })
})

/** The answer to what is written, without waiting for the other side to hang up. */
async function answerTo(url: string, bytes: string) {
  const socket = dial(url)
  socket.setEncoding('utf8')
  socket.write(bytes)
  const [answer] = await once(socket, 'data')
  socket.destroy()
  return String(answer)
}

describe('a body that is too large', () => {
  const maxBodyBytes = 1000
  const tooLarge = 'x'.repeat(5000)

  it.each([
    ['with its length, before it is sent', post('', ['Content-Length: 5000'])],
    ['with its length', post(tooLarge)],
    ['in one chunk', post(`1388\r\n${tooLarge}\r\n0\r\n\r\n`, ['Transfer-Encoding: chunked'])],
    [
      'in chunks that never end',
      post('64\r\n'.concat('x'.repeat(100), '\r\n').repeat(20), ['Transfer-Encoding: chunked']),
    ],
  ])('is refused %s', async (_name, bytes) => {
    const { url } = await listen('tcp', { maxBodyBytes })
    const answer = await answerTo(url, bytes)
    expect(statusOf(answer)).toBe(413)
    expect(errorOf(answer).code).toBe('request_too_large')
  })

  it('is not too large at the limit', async () => {
    const { url } = await listen('tcp', { maxBodyBytes })
    const body = chat(false).padEnd(maxBodyBytes)
    expect(statusOf(await answerTo(url, post(body)))).toBe(200)
    expect(statusOf(await answerTo(url, post(`${body} `)))).toBe(413)
  })

  it('does not leave the connection hanging', async () => {
    const { url } = await listen('tcp', { maxBodyBytes })
    const socket = dial(url)
    socket.resume()
    socket.on('error', () => {})
    socket.write(post('', ['Content-Length: 1000000000']))
    await expect(once(socket, 'close')).resolves.toBeDefined()
  })
})

describe('a connection', () => {
  it('is kept for the next request, after answers of all kinds', async () => {
    const { url } = await listen('tcp', {})
    const socket = dial(url)
    socket.setEncoding('utf8')
    for (const [body, status] of [
      [chat(false), 200],
      [chat(true), 200],
      ['{', 400],
      [chat(false), 200],
    ] as const) {
      let answer = ''
      const collect = (text: string) => (answer += text)
      socket.on('data', collect)
      socket.write(post(body))
      await expect.poll(() => answer).toMatch(/(\}|\r\n0\r\n\r\n)$/)
      expect(statusOf(answer)).toBe(status)
      socket.off('data', collect)
    }
    socket.destroy()
  })

  it('that turns to garbage within an answer is cut, not answered twice', async () => {
    const { backend, started, aborted } = hanging()
    const { url } = await listen('tcp', { backend })
    const socket = dial(url)
    let answer = ''
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => (answer += text))
    socket.on('error', () => {})
    socket.write(post(chat(true)))
    await started
    await expect.poll(() => answer).toContain('one')
    socket.write('GARBAGE\r\n\r\n')
    await once(socket, 'close')
    await aborted
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
  })
})
