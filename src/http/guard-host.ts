import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { LlmdError } from '../errors.ts'
import type { Arrival } from './arrival.ts'

/** @throws LlmdError `host_refused`, `invalid_host` */
export type HostGuard = (arrival: Arrival) => void

/**
 * Over TCP, answers only to names that are this machine's. A web page can have its own name resolve to
 * 127.0.0.1 (DNS rebinding) and would then be same-origin with llmd; but its name still stands in Host.
 * @param options.allowedHosts asked for at each request
 */
export function guardHost(options: { readonly allowedHosts: string[] }): HostGuard {
  const own = new Set(['localhost', hostname().toLowerCase()])
  const isAllowed = (name: string) =>
    own.has(name) || options.allowedHosts.some((allowed) => allowed.toLowerCase() === name)
  return (arrival) => {
    if (arrival.via !== 'tcp') return
    const name = parseHost(arrival.hostHeaders)
    if (!isIP(name) && !isAllowed(name) && name !== arrival.boundHost.toLowerCase()) {
      throw new LlmdError('host_refused', 'llmd does not answer to the name in the Host header.', {
        hint: 'Add the name to server.allowedHosts in the settings.',
      })
    }
  }
}

/** The name without port and brackets, in lower case. */
function parseHost(hostHeaders: string[]): string {
  const [header = '', ...more] = hostHeaders
  const match = /^(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<name>[A-Za-z0-9._-]+))(?::\d{1,5})?$/.exec(header)
  const name = match?.groups?.['v6'] ?? match?.groups?.['name']
  if (name !== undefined && more.length === 0) return name.toLowerCase()
  throw new LlmdError(
    'invalid_host',
    'A request needs exactly one Host header, with a name and maybe a port.',
  )
}
