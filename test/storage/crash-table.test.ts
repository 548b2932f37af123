import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createCrashTable, type CrashRow } from '../../src/storage/crash-table.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const row: CrashRow = {
  path: "/models/it's.gguf",
  sizeBytes: 5_000_000_000,
  modifiedMs: 1_700_000_000_123.25,
  crashedAt: '2026-01-31T12:00:00.000Z',
  quarantinedAt: null,
}

test('a crash is found again as it was, in a database that is opened anew', async () => {
  const file = join(temporaryFolder(), 'state.db')
  {
    await using database = await openDatabase(file)
    await createCrashTable(database).put(row)
  }
  await using database = await openDatabase(file)
  const crashes = createCrashTable(database)
  expect(await crashes.find(row.path)).toEqual(row)
  expect(await crashes.find('/models/other.gguf')).toBeUndefined()
})

test('a path has one crash, the newest, until it is removed', async () => {
  await using database = await openDatabase(join(temporaryFolder(), 'state.db'))
  const crashes = createCrashTable(database)
  await crashes.put(row)
  const newer = { ...row, sizeBytes: 1, quarantinedAt: '2026-02-01T12:00:00.000Z' }
  await crashes.put(newer)
  expect(await crashes.find(row.path)).toEqual(newer)
  await crashes.remove(row.path)
  await crashes.remove(row.path)
  expect(await crashes.find(row.path)).toBeUndefined()
})
