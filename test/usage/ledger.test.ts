import { expect, test, vi } from 'vitest'
import { createLog } from '../../src/log.ts'
import type { UsageTable } from '../../src/storage/usage-table.ts'
import { createLedger } from '../../src/usage/ledger.ts'
import { openUsage, usageRow as row } from './open-ledger.ts'

const patience = { timeout: 10_000, interval: 20 }

function logTo(lines: string[]) {
  return createLog({ level: 'debug', write: (line) => lines.push(line) })
}

test('every row is written, as it was given', async () => {
  const { table, thread } = await openUsage()
  await using ledger = createLedger({ table, thread, log: logTo([]) })
  ledger.record(row('a'))
  ledger.record({
    ...row('b'),
    token: null,
    target: null,
    provider: null,
    firstByteMs: null,
    code: 'overloaded',
  })
  await vi.waitFor(async () => expect(await table.all()).toHaveLength(2), patience)
  const [first, second] = await table.all()
  expect(first).toEqual(row('a'))
  expect(second).toMatchObject({ id: 'b', token: null, target: null, firstByteMs: null, code: 'overloaded' })
})

test('more rows than a statement takes are written, and closing writes what waits', async () => {
  const { table, thread } = await openUsage()
  const ledger = createLedger({ table, thread, log: logTo([]), flushMs: 60_000 })
  for (let index = 0; index < 2500; index++) ledger.record(row(`r${index}`))
  await ledger[Symbol.asyncDispose]()
  expect(await table.all()).toHaveLength(2500)
})

test('a row that is written twice counts once', async () => {
  const { table, thread } = await openUsage()
  await table.insert([row('a')])
  await using ledger = createLedger({ table, thread, log: logTo([]) })
  ledger.record({ ...row('a'), promptTokens: 99 })
  ledger.record(row('b'))
  await ledger.flush()
  expect((await table.all()).map(({ id, promptTokens }) => [id, promptTokens])).toEqual([
    ['a', 10],
    ['b', 10],
  ])
})

test('what the disk refuses is kept, told, and written when it takes it again', async () => {
  const { table, thread } = await openUsage()
  const lines: string[] = []
  let full = true
  const refusing: UsageTable = {
    ...table,
    insert: async (rows) => {
      if (full) throw new Error('database or disk is full')
      await table.insert(rows)
    },
  }
  await using ledger = createLedger({ table: refusing, thread, log: logTo(lines), retryMs: 10 })
  ledger.record(row('a'))
  await ledger.flush()
  expect(lines.join('')).toContain('database or disk is full')
  full = false
  await vi.waitFor(async () => expect(await table.all()).toHaveLength(1), patience)
})

test('what was recorded is found and summed at once', async () => {
  const { table, thread } = await openUsage()
  await using ledger = createLedger({ table, thread, log: logTo([]), flushMs: 60_000 })
  ledger.record(row('a'))
  ledger.record(row('b', { model: 'slow' }))
  expect(await ledger.find('b')).toEqual(row('b', { model: 'slow' }))
  expect(await ledger.find('c')).toBeUndefined()
  const sums = await ledger.sum({ by: 'model' })
  expect(sums.map(({ key, requests, promptTokens }) => [key, requests, promptTokens])).toEqual([
    ['fast', 1, 10],
    ['slow', 1, 10],
  ])
})

test('a checkpoint is asked for when much was written, and rows are written all the same where it fails', async () => {
  const { table, thread } = await openUsage()
  const checkpoint = vi.fn<() => Promise<void>>().mockRejectedValue(new Error('no thread'))
  const lines: string[] = []
  await using ledger = createLedger({
    table,
    thread: { ...thread, checkpoint },
    log: logTo(lines),
    flushMs: 60_000,
  })
  for (let index = 0; index < 5001; index++) ledger.record(row(`r${index}`))
  await ledger.flush()
  expect(checkpoint).toHaveBeenCalledOnce()
  expect(lines.join('')).toContain('no thread')
  expect(await table.all()).toHaveLength(5001)
})
