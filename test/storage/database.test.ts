import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { migrations } from '../../src/storage/migrations.ts'
import { createModelTable } from '../../src/storage/model-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { modelRow } from './fixtures/rows.ts'

const newFile = () => join(temporaryFolder(), 'state.db')

/** A closed database with enough in it to span many pages. */
async function filledFile(): Promise<string> {
  const file = newFile()
  await using database = await openDatabase(file)
  const models = createModelTable(database)
  for (let index = 0; index < 20; index++) {
    await models.insert(modelRow(`model-${index}`, { source: `/${'x'.repeat(4000)}` }))
  }
  return file
}

test('a new database has its tables, its settings and is its owner’s alone', async () => {
  const file = newFile()
  await using database = await openDatabase(file)
  const pragma = async (name: string) => {
    const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(database.kysely)
    return Object.values(rows[0]!)[0]
  }
  expect(await pragma('journal_mode')).toBe('wal')
  expect(await pragma('synchronous')).toBe(2)
  expect(await pragma('fullfsync')).toBe(1)
  expect(await pragma('busy_timeout')).toBe(5000)
  expect(await pragma('foreign_keys')).toBe(1)
  expect(await pragma('trusted_schema')).toBe(0)
  expect(await pragma('journal_size_limit')).toBe(4_194_304)
  expect(await pragma('user_version')).toBe(migrations.length)

  await createModelTable(database).insert(modelRow('one'))
  for (const name of [file, `${file}-wal`, `${file}-shm`]) expect(statSync(name).mode & 0o777).toBe(0o600)
})

test('what was written is there after closing, in one file', async () => {
  const file = newFile()
  {
    await using database = await openDatabase(file)
    await createModelTable(database).insert(modelRow('kept'))
  }
  expect(readdirSync(join(file, '..'))).toEqual(['state.db'])
  await using database = await openDatabase(file)
  expect(await createModelTable(database).all()).toContainEqual(modelRow('kept'))
})

test('closing twice is fine, before and after use', async () => {
  const unused = await openDatabase(newFile())
  await unused[Symbol.asyncDispose]()
  await unused[Symbol.asyncDispose]()
  const used = await openDatabase(newFile())
  const models = createModelTable(used)
  expect(await models.all()).toHaveLength(1)
  await used[Symbol.asyncDispose]()
  await used[Symbol.asyncDispose]()
  await expect(models.all()).rejects.toThrow('destroyed')
})

test('a file that is not a database is refused and left as it is', async () => {
  const file = newFile()
  writeFileSync(file, 'not a database '.repeat(100))
  await expect(openDatabase(file)).rejects.toThrow(
    expect.objectContaining({
      code: 'data_corrupt',
      message: expect.stringContaining(file),
      hint: expect.any(String),
    }),
  )
  expect(readFileSync(file, 'utf8')).toMatch(/^not a database/)
  expect(existsSync(`${file}-wal`)).toBe(false)
})

test('a damaged page is refused', async () => {
  const file = await filledFile()
  const bytes = readFileSync(file)
  bytes.fill(0xa5, 4096, 4096 * 8)
  writeFileSync(file, bytes)
  await expect(openDatabase(file)).rejects.toThrow(expect.objectContaining({ code: 'data_corrupt' }))
})

test('a database that lost its end is refused; the hint names the newest backup', async () => {
  const file = await filledFile()
  writeFileSync(file, readFileSync(file).subarray(0, 4096 * 10))
  writeFileSync(`${file}.v1.20260101T000000.000Z.backup`, '')
  writeFileSync(`${file}.v1.20260201T000000.000Z.backup`, '')
  await expect(openDatabase(file)).rejects.toThrow(
    expect.objectContaining({
      code: 'data_corrupt',
      hint: expect.stringContaining(`${file}.v1.20260201T000000.000Z.backup`),
    }),
  )
})

test('a database of a newer llmd is refused and left as it is', async () => {
  const file = newFile()
  const newer = new Sqlite(file)
  newer.exec('PRAGMA user_version = 97; CREATE TABLE later (id)')
  newer.close()
  const before = readFileSync(file)
  await expect(openDatabase(file)).rejects.toThrow(
    expect.objectContaining({
      code: 'data_too_new',
      message: expect.stringContaining(`version 97; this llmd knows versions up to ${migrations.length}.`),
    }),
  )
  expect(readFileSync(file)).toEqual(before)

  writeFileSync(`${file}.v1.20260101T000000.000Z.backup`, '')
  writeFileSync(`${file}.v98.20260201T000000.000Z.backup`, '')
  await expect(openDatabase(file)).rejects.toThrow(
    expect.objectContaining({
      code: 'data_too_new',
      hint: expect.stringContaining(`${file}.v1.20260101T000000.000Z.backup`),
    }),
  )
})
