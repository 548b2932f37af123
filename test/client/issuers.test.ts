import { expect, it } from 'vitest'
import { parseAddress } from '../../src/client/address.ts'
import { createClient } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'
import { json, openFakeDaemon } from './fake-daemon.ts'

it('asks for what concerns issuers', async () => {
  await using daemon = await openFakeDaemon({ answer: json({ data: [] }) })
  const client = createClient(createHttpTransport({ address: parseAddress(daemon.address) }))
  const issuer = 'https://login.example'
  expect(await client.listIssuers()).toEqual([])
  await client.addIssuer({ name: 'a', issuer, audience: ['b'] })
  await client.editIssuer('a', { audience: ['c'] })
  await client.testIssuer('a')
  await client.testIssuer('a', { jwt: 'x.y.z' })
  await client.removeIssuer('a/b')
  expect(daemon.requests.map(({ method, url, body }) => `${method} ${url} ${body}`.trim())).toEqual([
    'GET /llmd/v1/issuers',
    `POST /llmd/v1/issuers {"name":"a","issuer":"${issuer}","audience":["b"]}`,
    'PATCH /llmd/v1/issuers/a {"audience":["c"]}',
    'POST /llmd/v1/issuers/a/test {}',
    'POST /llmd/v1/issuers/a/test {"jwt":"x.y.z"}',
    'DELETE /llmd/v1/issuers/a%2Fb',
  ])
})
