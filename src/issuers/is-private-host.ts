import type { AddressKind } from '../addresses/classify-address.ts'

/**
 * Whether a host is of this machine or a private network alone, by all of its addresses: whoever is on the internet may
 * say that they are here, too, and would then be trusted to tell of places here.
 */
export function isPrivateHost(kinds: ReadonlySet<AddressKind>): boolean {
  return kinds.has('private') && !kinds.has('public')
}
