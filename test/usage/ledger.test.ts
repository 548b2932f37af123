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
  table.insert([row('a')])
  await using ledger = createLedger({ table, thread, log: logTo([]) })
  ledger.record({ ...row('a'), promptTokens: 99 })
  ledger.record(row('b'))
  await ledger.flush()
  expect((await table.all()).map(({ id, promptTokens }) => [id, promptTokens])).toEqual([
    ['a', 10],
    ['b', 10],
  ])
})

function refuse(): never {
  throw new Error('database or disk is full')
}

test('what the disk refuses is kept, told, and written when it takes it again', async () => {
  const { table, thread } = await openUsage()
  const lines: string[] = []
  let full = true
  let tries = 0
  const refusing: UsageTable = {
    ...table,
    insert(rows) {
      tries += 1
      if (full) refuse()
      table.insert(rows)
    },
  }
  const told = () => lines.map((line): object => JSON.parse(line))
  await using ledger = createLedger({ table: refusing, thread, log: logTo(lines), retryMs: 10 })
  for (const id of ['a', 'b']) {
    full = true
    tries = 0
    lines.length = 0
    ledger.record(row(`${id}1`))
    await ledger.flush()
    ledger.record(row(`${id}2`))
    await vi.waitFor(() => expect(tries).toBeGreaterThan(3), patience)
    // However often it is tried, that it began is told once, and that it is over.
    expect(told()).toMatchObject([
      { message: 'usage could not be written', waiting: 1, reason: 'database or disk is full' },
    ])
    full = false
    await vi.waitFor(() => expect(lines).toHaveLength(2), patience)
    expect(told()[1]).toMatchObject({ message: 'usage is written again', written: 2, lost: 0 })
  }
  expect(await table.all()).toHaveLength(4)
})

test('what the disk still refuses at the end is lost, and told', async () => {
  const { table, thread } = await openUsage()
  const lines: string[] = []
  {
    const refusing = { ...table, insert: refuse }
    await using ledger = createLedger({ table: refusing, thread, log: logTo(lines) })
    ledger.record(row('a'))
  }
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ message: 'usage is lost', requests: 1 })
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
