import type { LookupAddress, LookupOptions } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { classifyAddress } from './classify-address.ts'
import { refusedAddress } from './upstream-failures.ts'

/** As `dns.lookup` is called when all addresses are asked for. */
export type LookupAll = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * Looks names up for a connection that is being made, and refuses what they may not lead to. The connection is made to
 * the very addresses that were judged, so a name cannot change in between.
 */
export function guardLookup(options: {
  provider: string
  lookup: LookupAll
  allowPrivate: boolean
}): LookupFunction {
  const { provider, lookup, allowPrivate } = options
  return (hostname, lookupOptions, callback) => {
    lookup(hostname, { ...lookupOptions, all: true }, (error, addresses) => {
      if (error) {
        callback(error, [])
        return
      }
      const kinds = new Set(addresses.map(({ address }) => classifyAddress(address)))
      const [first] = addresses
      // `localhost` says what it is; any other name could come to mean it.
      const mayBePrivate = allowPrivate || hostname.toLowerCase() === 'localhost'
      if (kinds.has('metadata')) callback(refusedAddress(provider, 'metadata'), [])
      else if (kinds.has('private') && !mayBePrivate) callback(refusedAddress(provider, 'private'), [])
      else if (lookupOptions.all || !first) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}
