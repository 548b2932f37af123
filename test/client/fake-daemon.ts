import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

interface SeenRequest {
  method: string | undefined
  url: string | undefined
  headers: IncomingHttpHeaders
  body: string
}

export interface FakeDaemon extends AsyncDisposable {
  requests: SeenRequest[]
  /** As LLMD_HOST wants it. */
  address: string
}

/** A real HTTP server on a port of its own, or on a socket, that keeps what it was asked. */
export async function openFakeDaemon({
  answer,
  socket,
}: {
  answer: RequestListener
  socket?: string
}): Promise<FakeDaemon> {
  const requests: SeenRequest[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method, url, headers } = request
      requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
      answer(request, response)
    })
  })
  await new Promise<void>((resolve) => {
    if (socket === undefined) server.listen(0, '127.0.0.1', resolve)
    else server.listen(socket, resolve)
  })
  const bound: AddressInfo | string | null = server.address()
  return {
    requests,
    address: typeof bound === 'object' && bound ? `http://127.0.0.1:${bound.port}` : `unix://${socket}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

/** Answers every request with this JSON. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
}
