import { lookup as systemLookup } from 'node:dns'
import { isIP } from 'node:net'
import { Agent, errors, request } from 'undici'
import { classifyAddress, type AddressKind } from '../addresses/classify-address.ts'
import { guardLookup, type LookupAll } from '../addresses/guard-lookup.ts'
import { LlmdError } from '../errors.ts'
import { isPrivateHost } from './is-private-host.ts'
import { issuerUnreachable } from './issuer-refusals.ts'

const totalMs = 5000
const mostBytes = 512 * 1024

export interface FetchedDocument {
  json: unknown
  /** Whether it came from this machine or a private network. */
  isPrivate: boolean
}

/**
 * A JSON document of an issuer, of at most 512 KiB and within five seconds. No redirects; never from a metadata service
 * of a cloud; in plain HTTP only from private networks.
 * @param options.mayBePrivate whether private addresses will do
 * @throws LlmdError `issuer_unreachable`
 */
export async function fetchDocument(
  url: URL,
  { mayBePrivate, lookup = systemLookup }: { mayBePrivate: boolean; lookup?: LookupAll },
): Promise<FetchedDocument> {
  const { host } = url
  let isPrivate = false
  const judge = (kinds: ReadonlySet<AddressKind>): LlmdError | undefined => {
    isPrivate = isPrivateHost(kinds)
    if (kinds.has('metadata')) return issuerUnreachable(host, 'is a metadata service of a cloud')
    if (kinds.has('private') && !mayBePrivate) return issuerUnreachable(host, 'is in a private network')
    const isPlain = kinds.has('public') && url.protocol !== 'https:'
    return isPlain ? issuerUnreachable(host, 'would be asked without encryption') : undefined
  }
  const refusal = judgeLiteral(url, judge)
  if (refusal) throw refusal
  const agent = new Agent({
    connect: { lookup: guardLookup(lookup, judge) },
    allowH2: false,
    maxResponseSize: mostBytes,
  })
  try {
    const { statusCode, body } = await request(url, {
      dispatcher: agent,
      signal: AbortSignal.timeout(totalMs),
      headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'llmd' },
    })
    if (statusCode !== 200) {
      body.on('error', () => {}).destroy()
      throw issuerUnreachable(host, `answered with HTTP ${statusCode}`)
    }
    return { json: parse(await body.text(), host), isPrivate }
  } catch (error) {
    throw explain(host, error)
  } finally {
    await agent.destroy()
  }
}

/** No look-up is made of a host that is an address. */
function judgeLiteral(
  url: URL,
  judge: (kinds: ReadonlySet<AddressKind>) => LlmdError | undefined,
): LlmdError | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(host) === 0 ? undefined : judge(new Set([classifyAddress(host)]))
}

function parse(text: string, host: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The text stays where it is: it may be anything.
    throw issuerUnreachable(host, 'answered with something else than JSON')
  }
}

function explain(host: string, error: unknown): LlmdError {
  if (error instanceof LlmdError) return error
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    return issuerUnreachable(host, `answered with more than ${mostBytes} bytes`)
  }
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return issuerUnreachable(host, `did not answer within ${totalMs / 1000} seconds`)
  }
  return issuerUnreachable(host, 'could not be reached', error)
}
