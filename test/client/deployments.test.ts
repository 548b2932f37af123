import { expect, test } from 'vitest'
import { parseAddress } from '../../src/client/address.ts'
import { createClient } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'
import { json, openFakeDaemon } from './fake-daemon.ts'

test('the client asks for deployments where the daemon has them', async () => {
  await using daemon = await openFakeDaemon({ answer: json({ data: [] }) })
  const client = createClient(createHttpTransport({ address: parseAddress(daemon.address) }))
  await client.listDeployments()
  await client.getDeployment('a/b')
  await client.createDeployment({ model: 'm', seconds: 60 })
  await client.extendDeployment('x', { seconds: 60 })
  await client.stopDeployment('x')
  await client.takeDeploymentKey('x')
  expect(daemon.requests.map(({ method, url, body }) => `${method} ${url} ${body}`.trim())).toEqual([
    'GET /llmd/v1/deployments',
    'GET /llmd/v1/deployments/a%2Fb',
    'POST /llmd/v1/deployments {"model":"m","seconds":60}',
    'POST /llmd/v1/deployments/x/extend {"seconds":60}',
    'DELETE /llmd/v1/deployments/x',
    'POST /llmd/v1/deployments/x/key',
  ])
})
