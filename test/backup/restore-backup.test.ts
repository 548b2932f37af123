import {
  createReadStream,
  createWriteStream,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { createBackups } from '../../src/backup/create-backups.ts'
import { restoreBackup } from '../../src/backup/restore-backup.ts'
import { readTar } from '../../src/backup/tar.ts'
import { ensureFolders, resolvePaths } from '../../src/config/paths.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { acquireDataLock } from '../../src/storage/lock.ts'
import { migrations } from '../../src/storage/migrations.ts'
import { createModelTable } from '../../src/storage/model-table.ts'
import { openUsageDatabase } from '../../src/storage/usage-database.ts'
import { modelRow } from '../storage/fixtures/rows.ts'
import { temporaryFolder } from '../temporary-folder.ts'

function newPaths() {
  const paths = resolvePaths({ LLMD_HOME: temporaryFolder() })
  ensureFolders(paths)
  return paths
}

type Paths = ReturnType<typeof newPaths>

async function namesIn(paths: Paths): Promise<string[]> {
  await using database = await openDatabase(paths.database)
  return (await createModelTable(database).all()).map(({ name }) => name)
}

async function add(paths: Paths, ...names: string[]): Promise<void> {
  await using database = await openDatabase(paths.database)
  await using _ = await openUsageDatabase(paths.usage)
  for (const name of names) await createModelTable(database).insert(modelRow(name))
}

/** A backup, with writes going on while it is made. */
async function backUp(paths: Paths, { duringIt = [] as string[] } = {}): Promise<string> {
  const file = join(temporaryFolder(), 'backup.tar')
  await using database = await openDatabase(paths.database)
  await using usage = await openUsageDatabase(paths.usage)
  const backups = createBackups({
    sources: {
      'state.db': { file: paths.database, copyTo: (copy) => database.copyTo(copy) },
      'usage.db': { file: paths.usage, copyTo: (copy) => usage.copyTo(copy) },
    },
    folder: paths.backups,
    version: '1.2.3',
  })
  const making = backups.make()
  for (const name of duringIt) await createModelTable(database).insert(modelRow(name))
  await pipeline(Readable.from(await making), createWriteStream(file))
  return file
}

test('what was backed up is back after a restore, and what was there is kept aside', async () => {
  const paths = newPaths()
  await add(paths, 'one', 'two')
  const file = await backUp(paths, { duringIt: ['three'] })
  expect(readdirSync(paths.backups)).toEqual([])
  await add(paths, 'after')

  const { files, replaced } = await restoreBackup({ file, paths })
  expect(files).toEqual(['state.db', 'usage.db'])
  const names = await namesIn(paths)
  expect(names).toEqual(expect.arrayContaining(['one', 'two']))
  expect(names).not.toContain('after')
  expect(statSync(paths.database).mode & 0o777).toBe(0o600)
  expect(readdirSync(replaced!).toSorted()).toEqual(['state.db', 'usage.db'])
  expect(await namesIn({ ...paths, database: join(replaced!, 'state.db') })).toContain('after')
  expect(readdirSync(paths.data).filter((name) => name.startsWith('restoring-'))).toEqual([])
})

test('a backup holds what it says and never the master key', async () => {
  const paths = newPaths()
  await add(paths, 'one')
  writeFileSync(paths.masterKey, 'the-master-key-itself')
  const file = await backUp(paths)
  const names: string[] = []
  for await (const { name, content } of readTar(createReadStream(file))) {
    names.push(name)
    await Array.fromAsync(content)
  }
  expect(names).toEqual(['state.db', 'usage.db', 'llmd-backup.json'])
  const bytes = readFileSync(file)
  expect(bytes.includes('the-master-key-itself')).toBe(false)
  expect(bytes.includes('"llmd": "1.2.3"')).toBe(true)
})

test('it goes to a machine that has nothing yet', async () => {
  const paths = newPaths()
  await add(paths, 'one')
  const file = await backUp(paths)
  const elsewhere = newPaths()
  expect(await restoreBackup({ file, paths: elsewhere })).toMatchObject({ replaced: null })
  expect(await namesIn(elsewhere)).toContain('one')
})

test('a database that is damaged, log and all, is replaced', async () => {
  const paths = newPaths()
  await add(paths, 'one')
  const file = await backUp(paths)
  writeFileSync(paths.database, 'not a database at all')
  writeFileSync(`${paths.database}-wal`, 'nor a log')
  const { replaced } = await restoreBackup({ file, paths })
  expect(await namesIn(paths)).toContain('one')
  expect(readdirSync(replaced!).toSorted()).toEqual(['state.db', 'usage.db'])
})

test('what the log of a killed daemon held is in what is kept aside', async () => {
  const paths = newPaths()
  await add(paths, 'one')
  const file = await backUp(paths)
  // As a process that was killed leaves it: the log is not in the database yet.
  const connection = new Sqlite(paths.database)
  connection.exec("UPDATE models SET source = 'late' WHERE name = 'one'")
  const log = readFileSync(`${paths.database}-wal`)
  connection.close()
  writeFileSync(`${paths.database}-wal`, log)
  const { replaced } = await restoreBackup({ file, paths })
  expect(existsSync(`${paths.database}-wal`)).toBe(false)
  const kept = new Sqlite(join(replaced!, 'state.db'), { readonly: true })
  expect(kept.prepare("SELECT source FROM models WHERE name = 'one'").pluck().get()).toBe('late')
  kept.close()
})

test('a copy from before a change of the schema is put back alone', async () => {
  const paths = newPaths()
  await add(paths, 'one')
  const copy = join(temporaryFolder(), 'state.db.v1.backup')
  {
    await using database = await openDatabase(paths.database)
    await database.copyTo(copy)
  }
  await add(paths, 'after')
  expect(await restoreBackup({ file: copy, paths })).toMatchObject({ files: ['state.db'] })
  expect(await namesIn(paths)).not.toContain('after')
})

test.for<[string, (file: string) => void, string]>([
  ['cut off', (file) => truncateSync(file, statSync(file).size - 2000), 'data_corrupt'],
  ['changed in one byte', (file) => flip(file, 5000), 'data_corrupt'],
  ['something else', (file) => writeFileSync(file, 'hello '.repeat(1000)), 'data_corrupt'],
  ['empty', (file) => truncateSync(file, 0), 'data_corrupt'],
])('a backup that is %s is refused, and nothing is touched', async ([, spoil, code]) => {
  const paths = newPaths()
  await add(paths, 'one')
  const file = await backUp(paths)
  spoil(file)
  await add(paths, 'after')
  await expect(restoreBackup({ file, paths })).rejects.toMatchObject({ code })
  expect(await namesIn(paths)).toContain('after')
  expect(readdirSync(paths.data).filter((name) => /^(restoring|replaced)-/.test(name))).toEqual([])
})

test('a backup of a newer llmd, of others, or of nothing is refused', async () => {
  const paths = newPaths()
  const file = join(temporaryFolder(), 'newer.db')
  {
    await using database = await openDatabase(file)
    await createModelTable(database).all()
  }
  const connection = new Sqlite(file)
  connection.pragma(`user_version = ${migrations.length + 1}`)
  connection.close()
  await expect(restoreBackup({ file, paths })).rejects.toMatchObject({ code: 'data_too_new' })

  const others = join(temporaryFolder(), 'others.db')
  const foreign = new Sqlite(others)
  foreign.exec('CREATE TABLE others (id INTEGER)')
  foreign.close()
  await expect(restoreBackup({ file: others, paths })).rejects.toMatchObject({ code: 'invalid_request' })
  await expect(restoreBackup({ file: '/nowhere/at-all', paths })).rejects.toMatchObject({
    code: 'invalid_request',
  })
})

test('nothing is restored while a daemon has the data', async () => {
  const paths = newPaths()
  await add(paths, 'one')
  const file = await backUp(paths)
  using _ = await acquireDataLock({
    lockFile: paths.lock,
    ownerFile: paths.owner,
    kind: 'daemon',
    waitMs: 0,
  })
  await expect(restoreBackup({ file, paths })).rejects.toMatchObject({ code: 'data_locked' })
})

test('a backup that nobody reads to its end leaves nothing', async () => {
  const paths = newPaths()
  await add(paths, 'one')
  await using database = await openDatabase(paths.database)
  const source = { file: paths.database, copyTo: (copy: string) => database.copyTo(copy) }
  const backups = createBackups({
    sources: { 'state.db': source, 'usage.db': source },
    folder: paths.backups,
    version: '1.2.3',
  })
  const pieces = await backups.make()
  await pieces.next()
  await pieces.return(undefined)
  expect(readdirSync(paths.backups)).toEqual([])
})

function flip(file: string, at: number): void {
  const bytes = readFileSync(file)
  bytes[at]! ^= 1
  writeFileSync(file, bytes)
}
