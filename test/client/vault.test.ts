import { expect, it } from 'vitest'
import { parseAddress } from '../../src/client/address.ts'
import { createClient } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'
import { json, openFakeDaemon } from './fake-daemon.ts'

it('asks for what concerns the vault', async () => {
  await using daemon = await openFakeDaemon({ answer: json({ state: 'open' }) })
  const client = createClient(createHttpTransport({ address: parseAddress(daemon.address) }))
  expect(await client.vaultStatus()).toEqual({ state: 'open' })
  await client.rotateVault()
  await client.exportVault({ passphrase: 'correct horse' })
  await client.importVault({ export: 'text', passphrase: 'correct horse' })
  expect(daemon.requests.map(({ method, url, body }) => `${method} ${url} ${body}`.trim())).toEqual([
    'GET /llmd/v1/vault',
    'POST /llmd/v1/vault/rotate',
    'POST /llmd/v1/vault/export {"passphrase":"correct horse"}',
    'POST /llmd/v1/vault/import {"export":"text","passphrase":"correct horse"}',
  ])
})
