import { LlmdError } from '../errors.ts'
import type { Arrival } from './arrival.ts'

/** Failures in a row that are answered with what was wrong; one more each second. */
const burst = 30
const perMs = 1 / 1000
/** Addresses that are remembered, the most recent ones. */
const mostAddresses = 4096

/** Counts keys that were wrong, by who showed them. */
export interface FailureLimit {
  /** Nothing for callers in this process. @throws LlmdError `rate_limit_exceeded` where there were too many */
  count(arrival: Arrival): void
}

/**
 * Whoever shows wrong keys one after another is told to slow down. A right key is never refused: others may come from
 * the same address, by way of a proxy say.
 * @param options.now milliseconds of a clock that nobody sets
 */
export function limitFailures({ now = () => performance.now() }: { now?: () => number } = {}): FailureLimit {
  const left = new Map<string, { failures: number; at: number }>()

  return {
    count(arrival) {
      if (arrival.via === 'in-process') return
      const address = addressOf(arrival)
      const at = now()
      const known = left.get(address) ?? { failures: burst, at }
      const failures = Math.min(burst, known.failures + (at - known.at) * perMs)
      // Anew at the end: the first of the map is who has been quiet for the longest.
      left.delete(address)
      left.set(address, { failures: Math.max(0, failures - 1), at })
      if (left.size > mostAddresses) left.delete(left.keys().next().value!)
      if (failures >= 1) return
      throw new LlmdError('rate_limit_exceeded', 'Too many wrong API keys came from this address.', {
        hint: 'Wait a second, and send a key that is right.',
      })
    },
  }
}

/** Of IPv6 the network: a host has as many addresses there as it likes. */
function addressOf(arrival: Exclude<Arrival, { via: 'in-process' }>): string {
  if (arrival.via === 'socket') return 'socket'
  const address = arrival.clientAddress ?? arrival.exchange?.incoming.socket.remoteAddress ?? ''
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1]
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address
  const [before = '', after] = address.split('::')
  const groups = before.split(':').filter(Boolean)
  const missing = after === undefined ? 0 : 8 - groups.length - after.split(':').filter(Boolean).length
  return [...groups, ...Array<string>(missing).fill('0'), ...(after ?? '').split(':')].slice(0, 4).join(':')
}
