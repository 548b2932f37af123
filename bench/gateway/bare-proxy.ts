// As little as a gateway in JavaScript can do: node:http in front, undici behind, and nothing looked at in between.
// usage: node bare-proxy.ts PORT UPSTREAM_PORT; several may share a port
import { createServer } from 'node:http'
import { Pool } from 'undici'

const [port, upstreamPort] = process.argv.slice(2).map(Number)
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, {
  pipelining: 1,
  headersTimeout: 0,
  bodyTimeout: 0,
})

const server = createServer((incoming, outgoing) => {
  const chunks: Buffer[] = []
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
  incoming.on('end', () => {
    pool.dispatch(
      {
        method: 'POST',
        path: incoming.url ?? '/',
        headers: ['content-type', 'application/json', 'authorization', 'Bearer sk-upstream'],
        body: Buffer.concat(chunks),
      },
      {
        onRequestStart() {},
        onResponseStart(_controller, status, headers) {
          outgoing.writeHead(status, { 'content-type': String(headers['content-type']) })
        },
        onResponseData(_controller, chunk) {
          outgoing.write(chunk)
        },
        onResponseEnd() {
          outgoing.end()
        },
        onResponseError() {
          outgoing.destroy()
        },
      },
    )
  })
})
server.listen({ port: port ?? 0, host: '127.0.0.1', reusePort: true })
