import { expect, test } from 'vitest'
import { parseAddress } from '../../src/client/address.ts'
import { createClient } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'
import { json, openFakeDaemon } from './fake-daemon.ts'

test('the client asks for providers where the daemon has them', async () => {
  await using daemon = await openFakeDaemon({ answer: json({ data: [] }) })
  const client = createClient(createHttpTransport({ address: parseAddress(daemon.address) }))
  await client.listProviderPresets()
  await client.listProviders()
  await client.getProvider('a')
  await client.addProvider({ name: 'a', preset: 'openai', key: 'sk' })
  await client.editProvider('a', { add_models: ['m'] })
  await client.testProvider('a')
  await client.testProvider('a', { model: 'm' })
  await client.tryProvider({ preset: 'openai', key: 'sk' })
  await client.listProviderModels('a b')
  await client.discoverModels({ preset: 'ollama' })
  await client.removeProvider('a')
  expect(daemon.requests.map(({ method, url, body }) => `${method} ${url} ${body}`.trim())).toEqual([
    'GET /llmd/v1/provider-presets',
    'GET /llmd/v1/providers',
    'GET /llmd/v1/providers/a',
    'POST /llmd/v1/providers {"name":"a","preset":"openai","key":"sk"}',
    'PATCH /llmd/v1/providers/a {"add_models":["m"]}',
    'POST /llmd/v1/providers/a/test {}',
    'POST /llmd/v1/providers/a/test {"model":"m"}',
    'POST /llmd/v1/provider-tests {"preset":"openai","key":"sk"}',
    'GET /llmd/v1/providers/a%20b/models',
    'POST /llmd/v1/provider-models {"preset":"ollama"}',
    'DELETE /llmd/v1/providers/a',
  ])
})
