import { expect, it } from 'vitest'
import { parseAddress } from '../../src/client/address.ts'
import { createClient } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'
import { json, openFakeDaemon } from './fake-daemon.ts'

it('asks for what concerns tokens', async () => {
  await using daemon = await openFakeDaemon({ answer: json({ data: [] }) })
  const client = createClient(createHttpTransport({ address: parseAddress(daemon.address) }))
  expect(await client.listTokens()).toEqual([])
  await client.createToken({ name: 'a' })
  await client.getToken('a b')
  await client.editToken('a/b', { expires_at: null })
  await client.rotateToken('a')
  await client.revokeToken('a')
  expect(daemon.requests.map(({ method, url, body }) => `${method} ${url} ${body}`.trim())).toEqual([
    'GET /llmd/v1/tokens',
    'POST /llmd/v1/tokens {"name":"a"}',
    'GET /llmd/v1/tokens/a%20b',
    'PATCH /llmd/v1/tokens/a%2Fb {"expires_at":null}',
    'POST /llmd/v1/tokens/a/rotate',
    'DELETE /llmd/v1/tokens/a',
  ])
})
