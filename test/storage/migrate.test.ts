import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { migrate } from '../../src/storage/migrate.ts'
import { migrations, type Migration } from '../../src/storage/migrations.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const known = migrations.length

const addOwners: Migration = async (database) => {
  await database.schema.createTable('owners').addColumn('name', 'text').execute()
}
const addNotes: Migration = async (database) => {
  await database.schema.alterTable('models').addColumn('note', 'text').execute()
}
const fail: Migration = async (database) => {
  await sql`insert into nowhere values (1)`.execute(database)
}

function newDatabase() {
  const folder = temporaryFolder()
  const connection = new Sqlite(join(folder, 'state.db'))
  onTestFinished(() => void connection.close())
  return {
    connection,
    folder,
    version: () => connection.pragma('user_version', { simple: true }),
    tables: () =>
      connection.prepare("select name from sqlite_schema where type = 'table' order by name").pluck().all(),
    backups: () => readdirSync(folder).filter((name) => name.endsWith('.backup')),
  }
}

test('a new database gets every migration and no backup; again, nothing', async () => {
  const { connection, version, tables, backups } = newDatabase()
  await migrate(connection, [...migrations, addOwners])
  await migrate(connection, [...migrations, addOwners])
  expect(version()).toBe(known + 1)
  expect(tables()).toContain('owners')
  expect(backups()).toEqual([])
})

test('an older database is backed up, then gets what it lacks', async () => {
  const { connection, folder, version, tables, backups } = newDatabase()
  await migrate(connection, migrations)
  connection.exec(`insert into models (name, source, created_at, options, file) values ('one', 'source', '2026-01-31T12:00:00.000Z', '{}', '{}');
    delete from models where name = 'llmd-demo'`)
  await migrate(connection, [...migrations, addOwners, addNotes])
  expect(version()).toBe(known + 2)
  expect(tables()).toContain('owners')
  expect(connection.prepare('select name, note from models').all()).toEqual([{ name: 'one', note: null }])

  expect(backups()).toEqual([expect.stringMatching(/^state\.db\.v\d+\.\d{8}T\d{6}\.\d{3}Z\.backup$/)])
  expect(backups()[0]).toContain(`.v${known}.`)
  const backup = join(folder, backups()[0]!)
  expect(statSync(backup).mode & 0o777).toBe(0o600)
  const copy = new Sqlite(backup, { readonly: true })
  onTestFinished(() => void copy.close())
  expect(copy.pragma('user_version', { simple: true })).toBe(known)
  expect(copy.prepare('select name from models').pluck().all()).toEqual(['one'])
})

test('when one migration fails, none has happened', async () => {
  const { connection, version, tables } = newDatabase()
  await migrate(connection, migrations)
  await expect(migrate(connection, [...migrations, addOwners, addNotes, fail])).rejects.toThrow('nowhere')
  expect(version()).toBe(known)
  expect(tables()).not.toContain('owners')
  await migrate(connection, [...migrations, addOwners])
  expect(version()).toBe(known + 1)
})

test('of the backups that changes of the schema leave, the newest five are kept', async () => {
  const { connection, folder, backups } = newDatabase()
  await migrate(connection, migrations)
  const old = [1, 2, 3, 4, 5, 6].map((day) => `state.db.v1.2025010${day}T120000.000Z.backup`)
  for (const name of [...old, 'state.db.v1.mine.backup', 'other.db.v1.20250101T120000.000Z.backup']) {
    writeFileSync(join(folder, name), '')
  }
  await migrate(connection, [...migrations, addOwners])
  const kept = backups()
  expect(kept).toEqual(expect.arrayContaining(old.slice(2)))
  expect(kept).toContain('other.db.v1.20250101T120000.000Z.backup')
  expect(kept).toContain('state.db.v1.mine.backup')
  expect(kept.filter((name) => name.startsWith(`state.db.v${known}.`))).toHaveLength(1)
  expect(kept).toHaveLength(7)
})
