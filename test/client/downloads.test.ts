import { expect, test } from 'vitest'
import { parseAddress } from '../../src/client/address.ts'
import { createClient } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'
import { json, openFakeDaemon } from './fake-daemon.ts'

test('the client asks for downloads where the daemon has them', async () => {
  await using daemon = await openFakeDaemon({ answer: json({ data: [] }) })
  const client = createClient(createHttpTransport({ address: parseAddress(daemon.address) }))
  await client.listDownloads()
  await client.getDownload('a/b')
  await client.addDownload({ source: 'hf:a/b' })
  await client.pauseDownload('x')
  await client.resumeDownload('x')
  await client.cancelDownload('x')
  await client.removeModel('m')
  await client.removeModel('m', { deleteFile: true })
  expect(daemon.requests.map(({ method, url, body }) => `${method} ${url} ${body}`.trim())).toEqual([
    'GET /llmd/v1/downloads',
    'GET /llmd/v1/downloads/a%2Fb',
    'POST /llmd/v1/downloads {"source":"hf:a/b"}',
    'POST /llmd/v1/downloads/x/pause',
    'POST /llmd/v1/downloads/x/resume',
    'DELETE /llmd/v1/downloads/x',
    'DELETE /llmd/v1/models/m',
    'DELETE /llmd/v1/models/m?delete_file=true',
  ])
})
