import { createServer, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Arrival } from '../../src/http/arrival.ts'
import type { App } from '../../src/http/create-app.ts'
import { createHandOver } from '../../src/http/hand-over.ts'
import { listenHandedOver } from '../../src/http/listen-handed-over.ts'
import { listenTcp } from '../../src/http/listen.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { fakeApp } from './fake-services.ts'

const closing = (end: () => unknown) => onTestFinished(async () => void (await end()))

/** A listener on TCP that hands all over to this app. */
async function openFront(app: App) {
  const path = join(temporaryFolder(), 'fronts.sock')
  const behind = await listenHandedOver({ app, path, boundHost: '127.0.0.1' })
  const handOver = createHandOver({ socketPath: path })
  const front: App = {
    fetch: async (_request, arrival) => {
      if (arrival.via !== 'tcp' || !arrival.exchange) throw new Error('It came otherwise.')
      return handOver.answer(arrival.exchange)
    },
  }
  const listener = await listenTcp({ app: front, host: '127.0.0.1', port: 0 })
  closing(() => Promise.all([listener.close(), behind.close()]))
  closing(() => handOver[Symbol.dispose]())
  return { url: listener.url, behind, path }
}

/** Sends these bytes and reads to the end. */
function say(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    let answer = ''
    const socket = connect(Number(port), hostname, () => socket.write(text, 'latin1'))
    socket.setEncoding('latin1').on('data', (chunk) => (answer += String(chunk)))
    socket.once('error', reject).once('close', () => resolve(answer))
  })
}

describe('handing over', () => {
  it('keeps every header and byte, and says who sent it', async () => {
    const seen: { arrival: Arrival; raw: string[]; body: string; method: string; url: string }[] = []
    const { url } = await openFront({
      async fetch(request, arrival) {
        const { incoming } = (arrival as Extract<Arrival, { via: 'tcp' }>).exchange!
        seen.push({
          arrival,
          raw: incoming.rawHeaders,
          body: await request.text(),
          method: request.method,
          url: incoming.url ?? '',
        })
        return new Response('fine', { status: 418, headers: { 'x-one': '1' } })
      },
    })
    const answer = await say(
      url,
      'PATCH /a%2Fb?q=%20 HTTP/1.1\r\nHOST: one\r\nHost: two\r\nX-Odd: \xe9\r\nx-llmd-client-address: 9.9.9.9\r\n' +
        'Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1.1 418 /)
    expect(answer).toContain('x-one: 1')
    expect(answer).toContain('fine')
    expect(seen).toMatchObject([
      {
        arrival: {
          via: 'tcp',
          boundHost: '127.0.0.1',
          hostHeaders: ['one', 'two'],
          clientAddress: '127.0.0.1',
        },
        body: 'abc',
        method: 'PATCH',
        url: '/a%2Fb?q=%20',
      },
    ])
    const raw = seen[0]?.raw ?? []
    expect(raw.slice(0, 6)).toEqual(['HOST', 'one', 'Host', 'two', 'X-Odd', '\xe9'])
    expect(raw).not.toContain('9.9.9.9')
  })

  it.each(['GET', 'DELETE'])('frames the body of %s, so that it is no request of its own', async (method) => {
    const bodies: string[] = []
    const { url } = await openFront({
      async fetch(_request, arrival) {
        const { incoming } = (arrival as Extract<Arrival, { via: 'tcp' }>).exchange!
        let body = ''
        for await (const chunk of incoming) body += String(chunk)
        bodies.push(`${incoming.url} ${body}`)
        return new Response('fine')
      },
    })
    const smuggled = 'GET /inner HTTP/1.1\r\nHost: x\r\n\r\n'
    const chunk = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`
    await say(
      url,
      `${method} /outer HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk}`,
    )
    expect(bodies).toEqual([`/outer ${smuggled}`])
  })

  it('trusts nobody for coming by a socket', async () => {
    const { url, path } = await openFront(fakeApp().app)
    const claims = {
      'x-forwarded-for': '127.0.0.1',
      'x-llmd-client-address': '',
      'x-llmd-via': 'socket',
      forwarded: 'for=unix',
    }
    const response = await fetch(`${url}/llmd/v1/status`, { headers: claims })
    expect(response.status).toBe(401)
    expect(
      await say(url, 'GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n'),
    ).toMatch(/^HTTP\/1.1 403 /)
    expect(await say(url, 'GET /v1/models HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /)
    // Not even whoever may open the socket itself is.
    const direct = await new Promise<string>((resolve) => {
      let answer = ''
      const socket = connect(path, () =>
        socket.write('GET /llmd/v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
      )
      socket.on('data', (piece) => (answer += String(piece))).once('close', () => resolve(answer))
    })
    expect(direct).toMatch(/^HTTP\/1.1 401 /)
  })

  it('counts wrong keys by who shows them', async () => {
    const { url } = await openFront(fakeApp().app)
    const ask = async () =>
      (await fetch(`${url}/v1/models`, { headers: { authorization: 'Bearer wrong' } })).status
    const statuses: number[] = []
    for (let time = 0; time < 40; time++) statuses.push(await ask())
    expect(statuses).toContain(429)
  })

  it('lets the other side know of a client that left', async () => {
    const begun = Promise.withResolvers<void>()
    const left = Promise.withResolvers<void>()
    const { url } = await openFront({
      async fetch(_request, arrival) {
        const { outgoing } = (arrival as Extract<Arrival, { via: 'tcp' }>).exchange!
        outgoing.once('close', () => left.resolve())
        begun.resolve()
        return new Promise(() => {})
      },
    })
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname, () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'))
    await begun.promise
    socket.destroy()
    await expect(left.promise).resolves.toBeUndefined()
  })

  it('cuts off what was cut off', async () => {
    const path = join(temporaryFolder(), 'fronts.sock')
    const behind = createServer((_request: IncomingMessage, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' })
      response.write('half', () => response.destroy())
    })
    await new Promise<void>((resolve) => behind.listen(path, resolve))
    closing(() => behind.close())
    const handOver = createHandOver({ socketPath: path })
    closing(() => handOver[Symbol.dispose]())
    const front: App = {
      fetch: (_request, arrival) => handOver.answer((arrival as Extract<Arrival, { via: 'tcp' }>).exchange!),
    }
    const listener = await listenTcp({ app: front, host: '127.0.0.1', port: 0 })
    closing(() => listener.close())
    const response = await fetch(listener.url)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
  })

  it('says that llmd is ending where nobody is behind it', async () => {
    const { url, behind } = await openFront(fakeApp().app)
    await behind.close()
    const response = await fetch(`${url}/v1/models`)
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ error: { code: 'shutting_down' } })
  })
})
