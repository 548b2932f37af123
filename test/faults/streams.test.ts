import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { dial } from '../http/raw-request.ts'
import { isLong, memoryOf, report, startDaemon } from './start-daemon.ts'

const streams = isLong ? 1000 : 200
const stallMs = isLong ? 30_000 : 2000
/**
 * A stream that is not read holds what was read ahead of it, 64 KB at a time, and a little that waits to be sent. The
 * rest is for requests that come all at once, and for what V8 lets be before it looks for garbage.
 */
const mostBytes = 224 * 1024 * 1024 + (streams / 2) * 192 * 1024
/** It is looked at six times within the time. */
const cutWithinMs = (stallMs * 7) / 6

/** A provider whose `short` answers end after a second, and whose others never do, as fast as they are taken. */
async function openUpstream(): Promise<string> {
  const short = chunk('word ')
  const long = chunk('x'.repeat(16_384))
  const server = createServer((incoming, response) => {
    let body = ''
    incoming.on('data', (piece: Buffer) => (body += String(piece)))
    incoming.on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      if (body.includes('"endless"')) {
        const more = () => {
          while (response.write(long));
        }
        response.on('drain', more)
        return more()
      }
      let left = 10
      const timer = setInterval(() => {
        response.write(short)
        if (--left === 0) response.end('data: [DONE]\n\n')
        if (left === 0) clearInterval(timer)
      }, 100)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 2000, resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
}

test(
  `of ${streams} streams half are never read: memory stays low, those that read get all, the others are cut`,
  { timeout: 180_000 },
  async () => {
    const daemon = await startDaemon({ env: { STALL_MS: String(stallMs) } })
    const added = await daemon.admin('POST', '/providers', {
      name: 'fake',
      format: 'openai',
      base_url: await openUpstream(),
      models: ['short', 'endless'],
      allow_private: true,
      verify: false,
    })
    expect(added.status).toBe(201)
    const names: string[] = (await daemon.admin('GET', '/models')).body.data.map(
      (model: { name: string }) => model.name,
    )
    const nameOf = (end: string) => names.find((name) => name.endsWith(end))

    const open = (model: string | undefined): Socket => {
      const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hi' }] })
      const socket = dial(daemon.url)
      socket.on('error', () => {})
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer ${daemon.key}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
      onTestFinished(() => void socket.destroy())
      return socket
    }

    await read(open(nameOf('short')))
    const before = memoryOf(daemon.pid)
    let most = before
    const sampling = setInterval(() => (most = Math.max(most, memoryOf(daemon.pid))), 50)
    onTestFinished(() => clearInterval(sampling))

    const started = performance.now()
    const unread = Array.from({ length: streams / 2 }, () => open(nameOf('endless')).pause())
    const answers = await Promise.all(Array.from({ length: streams / 2 }, () => read(open(nameOf('short')))))
    for (const answer of answers) {
      expect(answer.match(/word /g)).toHaveLength(10)
      expect(answer).toContain('[DONE]')
    }
    const readMs = Math.round(performance.now() - started)
    await vi.waitFor(
      async () => expect((await daemon.admin('GET', '/status')).body.requests.active).toBe(0),
      { timeout: stallMs + 60_000, interval: 100 },
    )
    const cutMs = Math.round(performance.now() - started)
    clearInterval(sampling)
    const grownMb = Math.round((most - before) / 1024 / 1024)
    report('streams', { streams, unread: unread.length, readMs, cutMs, stallMs, grownMb })
    expect(cutMs).toBeGreaterThanOrEqual(stallMs)
    // By when the others were read, what the system takes in for those that do not read was taken in.
    expect(cutMs - readMs).toBeLessThan(cutWithinMs + 5000)
    expect(most - before).toBeLessThan(mostBytes)
  },
)

function chunk(text: string): string {
  const choice = { index: 0, delta: { content: text }, finish_reason: null }
  const data = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [choice],
  }
  return `data: ${JSON.stringify(data)}\n\n`
}

/** All that comes until the other side hangs up. */
function read(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    socket.on('data', (piece: Buffer) => (text += String(piece)))
    socket.on('close', () => resolve(text))
  })
}
