import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { OpenRequest } from '../../src/http/open-request.ts'
import { trackRequests } from '../../src/http/track-requests.ts'
import { OutgoingSink } from '../../src/http/write-outgoing.ts'

const patience = { timeout: 10_000, interval: 20 }

/** More than the system keeps for a connection. */
const size = 32 * 1024 ** 2

/** Asks for an answer that is written as one piece, and over at once. */
async function askForMuch(stallMs: number): Promise<{
  answer: IncomingMessage
  outgoing: ServerResponse
  request: OpenRequest
}> {
  const request = trackRequests({ stallMs }).open({ id: 'req_1', path: '/v1/embeddings', counted: true })
  const server = createServer((_, outgoing) => {
    const sink = new OutgoingSink({ outgoing, begin: () => ({}), lastWords: undefined, request })
    sink.head(200, {})
    sink.write(Buffer.alloc(size))
    sink.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port }: Pick<AddressInfo, 'port'> = Object(server.address())
  const written = once(server, 'request')
  const [answer]: IncomingMessage[] = await once(get(`http://127.0.0.1:${port}`), 'response')
  const [, outgoing] = await written
  return { answer: answer!, outgoing, request }
}

test('whoever reads slowly gets all of it', async () => {
  const stallMs = 500
  const { answer, request } = await askForMuch(stallMs)
  const begun = performance.now()
  let read = 0
  for await (const chunk of answer) {
    const before = read
    read += chunk.length
    if (Math.floor(before / 1024 ** 2) < Math.floor(read / 1024 ** 2)) await delay(50)
  }
  expect(read).toBe(size)
  expect(performance.now() - begun).toBeGreaterThan(2 * stallMs)
  expect(request.signal.aborted).toBe(false)
})

test('whoever stops reading in the middle is cut off a little later than told, and not after twice the time', async () => {
  const stallMs = 900
  const { answer, outgoing } = await askForMuch(stallMs)
  answer.on('error', () => {})
  let read = 0
  let lastReadAt = 0
  await new Promise<void>((resolve) => {
    answer.on('data', (chunk: Buffer) => {
      read += chunk.length
      if (read < 4 * 1024 ** 2) return
      answer.pause()
      lastReadAt = performance.now()
      resolve()
    })
  })
  await vi.waitFor(() => expect(outgoing.destroyed).toBe(true), patience)
  const cutAfterMs = performance.now() - lastReadAt
  expect(cutAfterMs).toBeGreaterThanOrEqual(stallMs - 50)
  expect(cutAfterMs).toBeLessThan((stallMs * 7) / 6 + 400)
})

test('whoever stops reading is cut off, also where the answer is over', async () => {
  const { answer, outgoing } = await askForMuch(200)
  answer.on('error', () => {}).pause()
  await vi.waitFor(() => expect(outgoing.destroyed).toBe(true), patience)
  expect(outgoing.writableFinished).toBe(false)
})
