import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createClient } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'
import { readStoredLogs } from '../../src/client/read-stored-logs.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const program = fileURLToPath(new URL('fixtures/noisy-daemon.ts', import.meta.url))

test('a reader who keeps up gets every one of 10,000 lines a second, and so do the files', async () => {
  const folder = temporaryFolder()
  const daemon = fork(program, [folder])
  onTestFinished(() => void daemon.kill('SIGKILL'))
  await once(daemon, 'message')
  const address = { kind: 'socket', path: `${folder}/llmd.sock` } as const
  const client = createClient(createHttpTransport({ address }))
  const seen: unknown[] = []
  const written = once(daemon, 'message')
  for await (const item of client.logs({ follow: true, level: 'info', model: 'llama' })) {
    if (item.type === 'opened') daemon.send('go')
    else seen.push(item.type === 'line' ? item.entry['n'] : item)
    if (seen.length === 10_000) break
  }
  const expected = Array.from({ length: 10_000 }, (_, n) => n)
  expect(seen).toEqual(expected)
  await written

  const again: unknown[] = []
  for await (const item of client.logs({ since: '2020-01-01T00:00:00.000Z' })) {
    if (item.type === 'line') again.push(item.entry['n'])
  }
  expect(again.filter((n) => n !== undefined)).toEqual(expected)
  daemon.kill('SIGTERM')
  await once(daemon, 'exit')
  const stored = await Array.fromAsync(readStoredLogs(`${folder}/llmd.log`, { model: 'llama' }))
  // It was killed: what had come within the last tenth of a second is not in the file.
  expect(stored.map(({ n }) => n)).toEqual(expected.slice(0, stored.length))
  expect(stored.length).toBeGreaterThan(8000)
})
