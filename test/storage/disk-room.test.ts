import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Kysely, SqliteDialect, sql } from 'kysely'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createLog } from '../../src/log.ts'
import { asDiskFull } from '../../src/storage/disk-full.ts'
import { createDiskRoom, type DiskRoom } from '../../src/storage/disk-room.ts'
import { sparingDatabase } from '../../src/storage/sparing-database.ts'
import { temporaryFolder } from '../temporary-folder.ts'

interface Rows {
  rows: { id: number; text: string }
}

function newRoom(options: { marginBytes?: number } = {}) {
  const file = join(temporaryFolder(), 'ballast')
  const room = createDiskRoom({ file, ballastBytes: 100_000, marginBytes: 0, checkMs: 10, ...options })
  onTestFinished(() => room[Symbol.dispose]())
  const lines: string[] = []
  const log = createLog({ level: 'debug', write: (line) => lines.push(JSON.parse(line).message) })
  return { file, room, log, lines }
}

/** A database that has as many pages as it may have; `grow` lets it have more, as room on a disk would. */
function fullDatabase(room: DiskRoom) {
  const connection = new Sqlite(join(temporaryFolder(), 'full.db'))
  connection.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL)')
  const insert = connection.prepare('INSERT INTO rows (text) VALUES (?)')
  for (let index = 0; index < 50; index++) insert.run('x'.repeat(1000))
  connection.pragma(`max_page_count = ${String(connection.pragma('page_count', { simple: true }))}`)
  const kysely = new Kysely<Rows>({
    dialect: new SqliteDialect({ database: sparingDatabase(connection, room) }),
  })
  onTestFinished(() => kysely.destroy())
  return {
    kysely,
    grow: () => connection.pragma('max_page_count = 10000'),
    insert: (bytes = 5000) =>
      kysely
        .insertInto('rows')
        .values({ id: 1000, text: 'x'.repeat(bytes) })
        .execute(),
    count: async () => (await kysely.selectFrom('rows').select('id').execute()).length,
  }
}

test('room is kept back from when it is watched, and again after it was given up', async () => {
  const { file, room, log, lines } = newRoom()
  expect(existsSync(file)).toBe(false)
  room.watch(log)
  expect(statSync(file)).toMatchObject({ size: 100_000 })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(room.release()).toBe(true)
  expect(room.full).toBe(true)
  expect(room.release()).toBe(false)
  await vi.waitFor(() => expect(room.full).toBe(false), { timeout: 10_000, interval: 20 })
  expect(existsSync(file)).toBe(true)
  expect(lines).toEqual([
    'the disk is full: nothing is added until there is room',
    'there is room on the disk again',
  ])
})

test('where there is no room none is kept back', () => {
  const { file, room, log } = newRoom({ marginBytes: Number.MAX_SAFE_INTEGER })
  room.watch(log)
  expect(existsSync(file)).toBe(false)
  expect(room.full).toBe(false)
})

test('when SQLite finds no room, the error says so and the ballast goes; reads and small changes go on', async () => {
  const { file, room, log } = newRoom()
  room.watch(log)
  const { kysely, insert, count, grow } = fullDatabase(room)
  await expect(insert()).rejects.toMatchObject({ code: 'disk_full', status: 507 })
  expect(room.full).toBe(true)
  expect(existsSync(file)).toBe(false)
  // It would fit now, but what is left of the room is for what must go through.
  grow()
  await expect(insert(1)).rejects.toMatchObject({ code: 'disk_full' })
  expect(await count()).toBe(50)
  await kysely.updateTable('rows').set({ text: 'short' }).where('id', '=', 1).execute()
  await kysely.deleteFrom('rows').where('id', '=', 2).execute()
  expect(await count()).toBe(49)
  await vi.waitFor(() => expect(room.full).toBe(false), { timeout: 10_000, interval: 20 })
  await insert()
  expect(await count()).toBe(50)
})

test('a change that finds no room gets what was kept back, and is tried again', async () => {
  const { room, log } = newRoom()
  room.watch(log)
  const { kysely, grow } = fullDatabase({
    ...room,
    get full() {
      return room.full
    },
    release() {
      grow()
      return room.release()
    },
  })
  await kysely
    .updateTable('rows')
    .set({ text: 'x'.repeat(50_000) })
    .where('id', '=', 1)
    .execute()
  expect(room.full).toBe(true)
})

test('a transaction that finds no room is undone as a whole, and says why', async () => {
  const { room } = newRoom()
  const { kysely, count } = fullDatabase(room)
  const work = kysely.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('rows').where('id', '<', 10).execute()
    await transaction
      .updateTable('rows')
      .set({ text: 'x'.repeat(90_000) })
      .execute()
  })
  await expect(work).rejects.toMatchObject({ code: 'disk_full' })
  expect(await count()).toBe(50)
  await sql`select 1`.execute(kysely)
})

test('only what is of the disk is told as that', () => {
  const enospc = Object.assign(new Error('no space'), { code: 'ENOSPC' })
  expect(asDiskFull(enospc)).toMatchObject({ code: 'disk_full' })
  expect(asDiskFull(new Error('wrapped', { cause: enospc }))).toMatchObject({ code: 'disk_full' })
  expect(asDiskFull(new Error('else'))).toBeUndefined()
  expect(asDiskFull('text')).toBeUndefined()
})

test('a ballast that somebody removed is made again', async () => {
  const { file, room, log } = newRoom()
  room.watch(log)
  rmSync(file)
  await vi.waitFor(() => expect(readdirSync(join(file, '..'))).toEqual(['ballast']), {
    timeout: 10_000,
    interval: 20,
  })
})
