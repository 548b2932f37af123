import { lookup as systemLookup } from 'node:dns'
import { Agent, buildConnector, request, type Dispatcher } from 'undici'
import type { Secret } from '../secret.ts'
import { badAnswer, networkFailure, refusedAddress } from './failures.ts'
import { guardLookup, type LookupAll } from '../addresses/guard-lookup.ts'
import { judgeHop, literalKind } from './judge-hop.ts'

export interface Answer {
  status: number
  header: (name: string) => string | undefined
  /** Where it came from in the end. */
  url: URL
  /** What the first answer called the file, where that redirected: on the hub its SHA-256. */
  linkedEtag: string | undefined
  body: Dispatcher.ResponseData['body']
}

/** Fetches from one origin, and from where that redirects to. */
export interface Fetcher extends AsyncDisposable {
  /**
   * Follows redirects. The body is to be read or destroyed.
   * @throws LlmdError for what is not followed; TransientFailure where the network fails
   */
  get(url: URL, options: { headers?: Record<string, string>; signal: AbortSignal }): Promise<Answer>
}

const mostHops = 5
const connectMs = 15_000
const silenceMs = 30_000

/**
 * @param options.origin What the operator named
 * @param options.token Sent to that origin alone, whatever redirects
 */
export function createFetcher(options: { origin: URL; token: Secret | null; lookup?: LookupAll }): Fetcher {
  const { origin, token, lookup = systemLookup } = options
  let privateOrigin = literalKind(origin) === 'private'

  const dispatcher = new Agent({
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
    // Several connections shall be several.
    allowH2: false,
    connect(target, callback) {
      const url = new URL(`${target.protocol}//${target.host ?? target.hostname}`)
      const named = url.origin === origin.origin
      const guarded = guardLookup(lookup, (kinds) => {
        if (named && kinds.has('private')) privateOrigin = true
        return judgeHop({ protocol: url.protocol, host: url.host, named }, { kinds, privateOrigin })
      })
      buildConnector({ timeout: connectMs, allowH2: false, lookup: guarded })(target, callback)
    },
  })

  function check(url: URL): void {
    const named = url.origin === origin.origin
    const isHttp = url.protocol === 'http:' && origin.protocol === 'http:'
    if (url.protocol !== 'https:' && !isHttp) throw refusedAddress(origin.host, 'a place that is not https')
    if (url.username !== '' || url.password !== '')
      throw refusedAddress(origin.host, 'an address with a user')
    const kind = literalKind(url)
    const refusal =
      kind &&
      judgeHop({ protocol: url.protocol, host: url.host, named }, { kinds: new Set([kind]), privateOrigin })
    if (refusal) throw refusal
  }

  async function send(url: URL, headers: Record<string, string>, signal: AbortSignal) {
    check(url)
    const authorized = token !== null && url.origin === origin.origin
    try {
      return await request(url, {
        dispatcher,
        signal,
        headers: {
          'accept-encoding': 'identity',
          'user-agent': 'llmd',
          ...headers,
          ...(authorized && { authorization: `Bearer ${token.reveal()}` }),
        },
      })
    } catch (error) {
      signal.throwIfAborted()
      throw networkFailure(url.host, error)
    }
  }

  return {
    async get(start, { headers = {}, signal }) {
      let url = start
      let linkedEtag: string | undefined
      for (let hop = 0; hop <= mostHops; hop++) {
        const answer = await send(url, headers, signal)
        const header = (name: string) => {
          const value = answer.headers[name]
          return typeof value === 'string' ? value : value?.[0]
        }
        const { statusCode: status, body } = answer
        // What is thrown away half-read ends with an error that nobody waits for.
        body.on('error', () => {})
        if (![301, 302, 303, 307, 308].includes(status)) return { status, header, url, linkedEtag, body }
        linkedEtag ??= header('x-linked-etag')
        body.destroy()
        const location = header('location')
        if (location === undefined || !URL.canParse(location, url.href)) {
          throw badAnswer(url.host, 'redirects to no address')
        }
        url = new URL(location, url)
      }
      throw badAnswer(origin.host, 'redirects again and again')
    },
    async [Symbol.asyncDispose]() {
      await dispatcher.destroy()
    },
  }
}
