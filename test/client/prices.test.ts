import { expect, test } from 'vitest'
import { parseAddress } from '../../src/client/address.ts'
import { createClient } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'
import { json, openFakeDaemon } from './fake-daemon.ts'

test('the client asks for prices where the daemon has them', async () => {
  await using daemon = await openFakeDaemon({ answer: json({ data: [] }) })
  const client = createClient(createHttpTransport({ address: parseAddress(daemon.address) }))
  await client.listPrices()
  await client.setPrice('model', 'a/b', { input: 1 })
  await client.setPrice('tier', 'small', { input: 1, cached_input: null, output: 2 })
  await client.removePrice('model', '*')
  expect(daemon.requests.map(({ method, url, body }) => `${method} ${url} ${body}`.trim())).toEqual([
    'GET /llmd/v1/prices',
    'PUT /llmd/v1/prices/models/a%2Fb {"input":1}',
    'PUT /llmd/v1/prices/tiers/small {"input":1,"cached_input":null,"output":2}',
    'DELETE /llmd/v1/prices/models/*',
  ])
})
