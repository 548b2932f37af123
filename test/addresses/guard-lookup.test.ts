import { lookup as lookUp } from 'node:dns'
import { expect, test } from 'vitest'
import { guardLookup } from '../../src/addresses/guard-lookup.ts'

function ask(hostname: string): Promise<{ error: unknown; addresses: unknown }> {
  const lookup = guardLookup(lookUp, () => undefined)
  return new Promise((resolve) => {
    lookup(hostname, { all: true }, (error, addresses) => resolve({ error, addresses }))
  })
}

test('a name that does not exist is an error with no addresses', async () => {
  const { error, addresses } = await ask('nowhere.invalid')
  expect(error).toMatchObject({ syscall: 'getaddrinfo' })
  expect(addresses).toEqual([])
})

test('a name that exists leads to its addresses', async () => {
  const { error, addresses } = await ask('localhost')
  expect(error).toBeNull()
  expect(addresses).not.toEqual([])
})
