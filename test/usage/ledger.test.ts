import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createLog } from '../../src/log.ts'
import { openUsageDatabase } from '../../src/storage/usage-database.ts'
import { createUsageTable, type UsageRow, type UsageTable } from '../../src/storage/usage-table.ts'
import { createLedger } from '../../src/usage/ledger.ts'

const patience = { timeout: 10_000, interval: 20 }

async function openTable(): Promise<UsageTable> {
  const folder = mkdtempSync(join(tmpdir(), 'llmd-usage-'))
  const database = await openUsageDatabase(join(folder, 'usage.db'))
  onTestFinished(async () => {
    await database[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })
  return createUsageTable(database)
}

function logTo(lines: string[]) {
  return createLog({ level: 'debug', write: (line) => lines.push(line) })
}

function row(id: string): UsageRow {
  return {
    id,
    startedAt: '2026-01-31T12:00:00.000Z',
    token: 'token-1',
    model: 'fast',
    target: 'gpt-x',
    provider: 'acme',
    path: '/v1/chat/completions',
    status: 200,
    code: null,
    promptTokens: 10,
    cachedTokens: 4,
    completionTokens: 7,
    reasoningTokens: 2,
    attempts: 1,
    firstByteMs: 12.5,
    ms: 80,
  }
}

test('every row is written, as it was given', async () => {
  const table = await openTable()
  await using ledger = createLedger({ table, log: logTo([]) })
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
  const table = await openTable()
  const ledger = createLedger({ table, log: logTo([]), flushMs: 60_000 })
  for (let index = 0; index < 2500; index++) ledger.record(row(`r${index}`))
  await ledger[Symbol.asyncDispose]()
  expect(await table.all()).toHaveLength(2500)
})

test('a row that is written twice counts once', async () => {
  const table = await openTable()
  await table.insert([row('a')])
  await using ledger = createLedger({ table, log: logTo([]) })
  ledger.record({ ...row('a'), promptTokens: 99 })
  ledger.record(row('b'))
  await ledger.flush()
  expect((await table.all()).map(({ id, promptTokens }) => [id, promptTokens])).toEqual([
    ['a', 10],
    ['b', 10],
  ])
})

test('what the disk refuses is kept, told, and written when it takes it again', async () => {
  const table = await openTable()
  const lines: string[] = []
  let full = true
  const refusing: UsageTable = {
    ...table,
    insert: async (rows) => {
      if (full) throw new Error('database or disk is full')
      await table.insert(rows)
    },
  }
  await using ledger = createLedger({ table: refusing, log: logTo(lines), retryMs: 10 })
  ledger.record(row('a'))
  await ledger.flush()
  expect(lines.join('')).toContain('database or disk is full')
  full = false
  await vi.waitFor(async () => expect(await table.all()).toHaveLength(1), patience)
})
