import { LlmdError } from '../errors.ts'

/** Where a daemon listens. */
export type Address = { kind: 'socket'; path: string } | { kind: 'tcp'; url: URL }

/**
 * Reads `unix:///path`, `http://host:port` or `https://host:port`.
 * @throws LlmdError `invalid_request`
 */
export function parseAddress(text: string): Address {
  // Not as a URL: daemons tell the path as it is, whatever characters it has.
  const path = /^unix:\/\/(\/.+)$/s.exec(text)?.[1]
  if (path !== undefined) return { kind: 'socket', path }
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (url && isHttp && url.pathname === '/' && !url.search && !url.username && !url.password) {
    return { kind: 'tcp', url }
  }
  throw new LlmdError('invalid_request', `${JSON.stringify(text)} is not the address of a daemon.`, {
    hint: 'Write it as unix:///path/to/llmd.sock, http://host:port or https://host:port.',
  })
}

/** The opposite of parseAddress. */
export function formatAddress(address: Address): string {
  return address.kind === 'socket' ? `unix://${address.path}` : address.url.origin
}
