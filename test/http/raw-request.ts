import { connect, type Socket } from 'node:net'

/** Where a listener is, as its url says. */
export function dial(url: string): Socket {
  if (url.startsWith('unix://')) return connect(url.slice('unix://'.length))
  const { hostname, port } = new URL(url)
  return connect(Number(port), hostname)
}

/** Writes bytes as they are and gives all that comes back until the other side hangs up. */
export function rawRequest(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = dial(url)
    let answer = ''
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => (answer += text))
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
    socket.write(bytes)
  })
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
}

/** What follows the head of an answer, in an envelope of OpenAI's or MCP's. */
export function errorOf(answer: string): { code: string } {
  const { error } = JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1))
  return error.data ?? error
}
