import type { UpstreamConnection } from '../connection.ts'

/** Names and values in turn, as undici takes them fastest. */
export interface RequestHeaders {
  /** For an answer in JSON. */
  json: string[]
  /** For an answer in events. */
  stream: string[]
  /** For a request that asks nothing: without the key and what the operator adds. */
  bare: string[]
}

/** What belongs to the connection and not to the request. */
const notTheirs =
  /^(?:accept-encoding|connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.*)$/

/** All headers that an upstream ever gets, but for `traceparent`; nothing of what a client sent is among them. */
export function requestHeaders(
  connection: UpstreamConnection,
  ofRoute: Record<string, string>,
): RequestHeaders {
  const { auth, key, headers } = connection
  const own = Object.entries(headers).filter(([name]) => !notTheirs.test(name))
  const common = {
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'llmd',
  }
  const mine = { ...Object.fromEntries(own), ...(key && { [auth.header]: `${auth.prefix}${key.reveal()}` }) }
  const all = (accept: string) => flatten({ accept, ...common, ...mine, ...ofRoute })
  return {
    json: all('application/json'),
    stream: all('text/event-stream'),
    bare: flatten({ 'user-agent': mine['user-agent'] ?? common['user-agent'], ...ofRoute }),
  }
}

/** Whether a header can carry it. */
export function fitsHeader(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
}

function flatten(headers: Record<string, string>): string[] {
  return Object.entries(headers).flat()
}
