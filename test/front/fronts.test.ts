import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createEventBus } from '../../src/events/create-event-bus.ts'
import { createFronts } from '../../src/front/create-fronts.ts'
import type { Snapshot } from '../../src/front/protocol.ts'
import { trackRequests } from '../../src/http/track-requests.ts'
import { createLog } from '../../src/log.ts'
import { kill } from '../end-to-end/llmd.ts'
import { someSnapshot } from './some-snapshot.ts'

const patience = { timeout: 10_000, interval: 20 }

/** Two fronts that only pretend. */
async function open({ env = {} }: { env?: NodeJS.ProcessEnv } = {}) {
  const logged: Record<string, unknown>[] = []
  let snapshot: Snapshot = someSnapshot()
  const fronts = createFronts({
    count: 2,
    workerPath: fileURLToPath(new URL('../fixtures/processes/fake-front.ts', import.meta.url)),
    env,
    handOverPath: '/nowhere',
    deadlines: { connect: 1, firstByte: 1, idle: 1, total: 1 },
    snapshot: () => snapshot,
    requests: trackRequests(),
    ledger: { record() {} },
    events: createEventBus(),
    watchRequest() {},
    writeLog() {},
    log: createLog({ level: 'info', write: (line) => void logged.push(JSON.parse(line)) }),
  })
  onTestFinished(() => fronts.close())
  await fronts.start({ host: '127.0.0.1', port: 1 })
  return {
    fronts,
    logged,
    pids: () => fronts.status().map(({ pid }) => pid),
    change: (settings: Partial<Snapshot['settings']>) => {
      snapshot = someSnapshot({ settings: { ...snapshot.settings, ...settings } })
      return fronts.settle()
    },
  }
}

it('replaces one that dies, and ends them all with itself', async () => {
  const { fronts, pids, logged } = await open()
  const [killed = 0, other] = pids()
  kill(killed)
  await vi.waitFor(() => expect(pids()).toEqual([other, expect.any(Number)]), patience)
  expect(pids()).not.toContain(killed)
  expect(logged).toContainEqual(
    expect.objectContaining({ level: 'error', message: 'a front ended and is replaced', pid: killed }),
  )
  const last = pids()
  await fronts.drain(0)
  await fronts.close()
  expect(pids()).toEqual([])
  for (const pid of last) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

it('waits until all go by what has changed, and kills who does not', async () => {
  const { pids, change, logged } = await open()
  const before = pids()
  await change({ maxBodyBytes: 1 })
  expect(pids()).toEqual(before)
  await change({ allowedHosts: ['stuck'] })
  for (const pid of before) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  expect(logged.map(({ message }) => message)).toContain(
    'a front does not take in what has changed and is ended',
  )
  // Those that come next begin with it.
  await vi.waitFor(() => expect(pids()).toHaveLength(2), patience)
})
