import { expect, it } from 'vitest'
import { parseAddress } from '../../src/client/address.ts'
import { createClient } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'
import { json, openFakeDaemon } from './fake-daemon.ts'

it('asks for the settings, and for a reload', async () => {
  await using daemon = await openFakeDaemon({ answer: json({ data: [], path: '/x' }) })
  const client = createClient(createHttpTransport({ address: parseAddress(daemon.address) }))
  expect(await client.listSettings()).toEqual({ data: [], path: '/x' })
  await client.reload()
  expect(daemon.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /llmd/v1/settings',
    'POST /llmd/v1/reload',
  ])
})
