/** How a stream of this path ends where it ends well. */
export type StreamEnd = 'done' | 'response' | 'any'

export function streamEndOf(path: string): StreamEnd {
  if (path === '/chat/completions' || path === '/completions') return 'done'
  return path === '/responses' ? 'response' : 'any'
}

const done = /(?:^|[\r\n])data: ?\[DONE\]/
const response =
  /(?:^|[\r\n])(?:event: ?|data: ?\{\s*"type"\s*:\s*")(?:response\.(?:completed|incomplete|failed)|error)\b/

/** Whether these bytes, which begin with an event, hold the one that ends the stream. */
export function endsStream(end: StreamEnd, events: Buffer): boolean {
  if (end === 'any') return true
  // As bytes: nothing outside of ASCII matters here, and an upstream may send what is no UTF-8.
  const text = events.toString('latin1')
  return done.test(text) || (end === 'response' && response.test(text))
}
