import { expect, it } from 'vitest'
import type { Download } from '../../src/api/downloads.ts'
import type { DaemonEvent, NewEvent } from '../../src/api/events.ts'
import { downloadLine } from '../../src/cli/download-line.ts'
import { followDownload } from '../../src/cli/follow-download.ts'
import { formatDownload } from '../../src/cli/format-download.ts'

const download: Download = {
  id: 'd1',
  name: 'tiny',
  source: 'hf:a/b',
  created_at: '2026-01-31T12:00:00.000Z',
  state: 'running',
  received_bytes: 1_000_000_000,
  total_bytes: 4_000_000_000,
  bytes_per_second: 50_000_000,
  files: [{ name: 'b.gguf', path: '/m/b.gguf', size_bytes: 4, received_bytes: 1, sha256: null }],
  error: null,
}

const stamp = { id: 1, time: '2026-01-31T12:00:00.000Z' }
const opened: DaemonEvent = { type: 'opened', ...stamp }
const named = { download_id: 'd1', name: 'tiny' }
const progress: NewEvent = {
  type: 'download.progress',
  ...named,
  state: 'running',
  received: 1,
  total: 4,
  bytes_per_second: null,
}

/** Follows `d1` where these events come, and the download is then as it is said. */
async function follow(...steps: [event: DaemonEvent | NewEvent, now: Partial<Download>][]) {
  let now = download
  const seen: Download[] = []
  const client = {
    async *events() {
      for (const [event, change] of steps) {
        now = { ...download, ...change }
        yield { ...stamp, ...event }
      }
    },
    getDownload: async () => now,
  }
  const options = { signal: new AbortController().signal, onChange: (one: Download) => void seen.push(one) }
  const outcome = await followDownload(client, 'd1', options).catch((error: unknown) => error)
  return { outcome, seen: seen.map(({ received_bytes }) => received_bytes) }
}

it('tells how far it is until it is finished', async () => {
  const other = { ...progress, download_id: 'd2' }
  const finished: NewEvent = { type: 'download.finished', ...named }
  const { outcome, seen } = await follow(
    [opened, { received_bytes: 1 }],
    [other, { received_bytes: 2 }],
    [progress, { received_bytes: 3 }],
    [finished, { state: 'finished' }],
  )
  expect(outcome).toMatchObject({ state: 'finished' })
  expect(seen).toEqual([1, 3])
})

it.each<[string, DaemonEvent | NewEvent, Partial<Download>, object]>([
  ['finished before anybody looked', opened, { state: 'finished' }, { state: 'finished' }],
  [
    'failed',
    { type: 'download.failed', ...named, code: 'disk_full', message: 'No room.' },
    { state: 'failed', error: { code: 'disk_full', message: 'No room.', hint: 'Make room.' } },
    { code: 'disk_full', message: 'No room.', hint: 'Make room.' },
  ],
  [
    'paused',
    progress,
    { state: 'paused' },
    { code: 'request_cancelled', hint: expect.stringContaining('resume') },
  ],
  ['cancelled', { type: 'download.cancelled', ...named }, {}, { code: 'request_cancelled' }],
  ['left alone by its daemon', progress, {}, { code: 'daemon_unreachable' }],
])('ends with one that was %s', async (_, event, change, expected) => {
  expect((await follow([event, change])).outcome).toMatchObject(expected)
})

it('shows speed and time left on one line, no longer than the terminal is wide', () => {
  expect(downloadLine(download, 120)).toBe(
    'Pulling tiny [########                      ]  25 %  50.0 MB/s  1 minute left',
  )
  expect(downloadLine({ ...download, state: 'verifying', bytes_per_second: null }, 120)).toMatch(
    /^Checking tiny .* 25 %$/,
  )
  expect(downloadLine({ ...download, bytes_per_second: 0 }, 120)).toMatch(/ 0 B\/s$/)
  expect(downloadLine({ ...download, name: 'a'.repeat(100) }, 80)).toHaveLength(79)
})

it('shows all there is to know', () => {
  const failed = { code: 'disk_full', message: 'No room.\u001b[31m', hint: 'Make room.' }
  const text = formatDownload({ ...download, state: 'failed', bytes_per_second: null, error: failed })
  expect(text).toMatch(/^Received +1\.0 GB of 4\.0 GB, 25 %$/m)
  expect(text).toMatch(/^File +\/m\/b\.gguf$/m)
  expect(text).toMatch(/^SHA-256 +none is known/m)
  expect(text).toMatch(/^Error +No room\.\[31m$/m)
  expect(text).toMatch(/^Hint +Make room\.$/m)
})
