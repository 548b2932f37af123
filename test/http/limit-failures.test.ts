import type { IncomingMessage, ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import type { Arrival } from '../../src/http/arrival.ts'
import { limitFailures } from '../../src/http/limit-failures.ts'

function from(remoteAddress: string): Arrival {
  const incoming = { socket: { remoteAddress } } as IncomingMessage
  return {
    via: 'tcp',
    boundHost: '::',
    hostHeaders: [],
    exchange: { incoming, outgoing: {} as ServerResponse },
  }
}

function counter() {
  let now = 0
  const failures = limitFailures({ now: () => now })
  /** How many of so many failures are told what was wrong. */
  const told = (arrival: Arrival, attempts: number) =>
    Array.from({ length: attempts }, () => {
      try {
        failures.count(arrival)
        return 1
      } catch (error) {
        expect(error).toMatchObject({ code: 'rate_limit_exceeded', status: 429 })
        return 0
      }
    }).reduce<number>((sum, one) => sum + one, 0)
  return { told, pass: (ms: number) => void (now += ms) }
}

test('thirty at once are told what was wrong, then one each second', () => {
  const { told, pass } = counter()
  expect(told(from('10.0.0.1'), 100)).toBe(30)
  pass(5000)
  expect(told(from('10.0.0.1'), 100)).toBe(5)
  pass(3_600_000)
  expect(told(from('10.0.0.1'), 100)).toBe(30)
})

test('each address counts for itself; of IPv6 each network', () => {
  const { told } = counter()
  expect(told(from('10.0.0.1'), 40)).toBe(30)
  expect(told(from('10.0.0.2'), 40)).toBe(30)
  expect(told(from('::ffff:10.0.0.2'), 40)).toBe(0)
  expect(told(from('2001:db8::1'), 40)).toBe(30)
  expect(told(from('2001:db8:0:0:1:2:3:4'), 40)).toBe(0)
  expect(told(from('2001:db8:0:1::1'), 40)).toBe(30)
  expect(told(from('::1'), 40)).toBe(30)
  expect(told({ via: 'socket' }, 40)).toBe(30)
  expect(told({ via: 'in-process' }, 40)).toBe(40)
})

test('only so many addresses are remembered', () => {
  const { told } = counter()
  expect(told(from('10.0.0.1'), 40)).toBe(30)
  for (let index = 0; index < 5000; index++) told(from(`10.1.${index >> 8}.${index & 255}`), 1)
  expect(told(from('10.0.0.1'), 40)).toBe(30)
})
