import { isIP } from 'node:net'
import { LlmdError } from '../errors.ts'
import { classifyAddress, type AddressKind } from '../addresses/classify-address.ts'
import { refusedAddress } from './failures.ts'

export interface Hop {
  protocol: string
  host: string
  /** Whether the operator named this very host, rather than a redirect. */
  named: boolean
}

/**
 * Where a download may go: never to a metadata service; to a private address only if the operator named one; in plain
 * HTTP only within private networks.
 */
export function judgeHop(
  { protocol, host, named }: Hop,
  { kinds, privateOrigin }: { kinds: ReadonlySet<AddressKind>; privateOrigin: boolean },
): LlmdError | undefined {
  if (kinds.has('metadata')) return refusedAddress(host, 'a metadata service of a cloud')
  if (kinds.has('private') && !named && !privateOrigin) return refusedAddress(host, 'a private address')
  if (kinds.has('public') && protocol === 'http:') {
    return new LlmdError('upstream_error', `${host} would be asked without encryption.`, {
      hint: 'Over the internet llmd fetches from https addresses only.',
    })
  }
  return undefined
}

/** The kind of address that a URL spells out; undefined where it has a name. */
export function literalKind(url: URL): AddressKind | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(host) === 0 ? undefined : classifyAddress(host)
}
