import { lookup as systemLookup } from 'node:dns'
import { isIP } from 'node:net'
import { Agent } from 'undici'
import { classifyAddress } from '../../addresses/classify-address.ts'
import { guardLookup, type LookupAll } from '../../addresses/guard-lookup.ts'
import { refusedAddress } from '../failures.ts'
import type { HttpDeadlines } from './deadlines.ts'

const mostHeaderBytes = 64 * 1024

/**
 * Connections to one server, never to where clouds hand out credentials. @param options.lookup the system's by default
 * @throws LlmdError `upstream_unreachable` for an address that is such a place
 */
export function openAgent(options: {
  server: string
  url: URL
  /** Whether the name of the host may resolve to a loopback or private address. */
  allowPrivate: boolean
  deadlines: HttpDeadlines
  lookup?: LookupAll
}): Agent {
  const { server, url, allowPrivate, deadlines, lookup = systemLookup } = options
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && classifyAddress(host) === 'metadata') throw refusedAddress(server, 'metadata')
  return new Agent({
    allowH2: false,
    maxHeaderSize: mostHeaderBytes,
    headersTimeout: deadlines.firstByte,
    connect: {
      timeout: deadlines.connect,
      lookup: guardLookup(lookup, (kinds, hostname) => {
        if (kinds.has('metadata')) return refusedAddress(server, 'metadata')
        // `localhost` says what it is; any other name could come to mean it.
        const mayBePrivate = allowPrivate || hostname.toLowerCase() === 'localhost'
        return kinds.has('private') && !mayBePrivate ? refusedAddress(server, 'private') : undefined
      }),
    },
  })
}
