import type { LookupAddress, LookupOptions } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { LlmdError } from '../errors.ts'
import { type AddressKind, classifyAddress } from './classify-address.ts'

/** As `dns.lookup` is called when all addresses are asked for. */
export type LookupAll = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * Looks names up for a connection that is being made, and refuses what `judge` says. The connection is made to the very
 * addresses that were judged, so a name cannot change in between.
 */
export function guardLookup(
  lookup: LookupAll,
  judge: (kinds: ReadonlySet<AddressKind>, hostname: string) => LlmdError | undefined,
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) {
        // There are no addresses then, not even none.
        callback(error, [])
        return
      }
      const refusal = judge(new Set(addresses.map(({ address }) => classifyAddress(address))), hostname)
      const [first] = addresses
      if (refusal) callback(refusal, [])
      else if (options.all || !first) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}
