import { chmodSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { LlmdError } from '../errors.ts'
import { newestBackup } from './backups.ts'
import { copyDatabase } from './copy-database.ts'
import type { DiskRoom } from './disk-room.ts'
import { checkSchemaVersion, migrate } from './migrate.ts'
import type { Migration } from './migrations.ts'
import { type Insert, prepareInsert } from './prepare-insert.ts'
import { sparingDatabase } from './sparing-database.ts'

export interface SqliteDatabase<Schema> extends AsyncDisposable {
  readonly kysely: Kysely<Schema>
  /** For the many rows of one table. */
  prepareInsert(sql: string): Insert
  /**
   * Copies what is committed to a file of its own, a piece at a time, so that others are served meanwhile.
   * @throws LlmdError `disk_full`
   */
  copyTo(file: string): Promise<void>
  /** What a thorough look finds wrong; undefined where all is well. Nothing else happens meanwhile. */
  findDamage(): string | undefined
}

export interface SqliteOptions {
  migrations: readonly Migration[]
  /** `FULL`: a write is on the disk when it returns. `NORMAL`: the last ones can be lost in a power cut. */
  synchronous: 'FULL' | 'NORMAL'
  /** How many pages the write-ahead log may have until a write moves them into the database. */
  logPages?: number
  /** Without it a full disk is an error like any other. */
  room?: DiskRoom | undefined
}

/**
 * Opens a database, made or brought up to date where it must be. Only the holder of the data lock may.
 * @throws LlmdError `data_corrupt`, `data_too_new`
 */
export async function openSqlite<Schema>(
  file: string,
  { migrations, synchronous, logPages = 1000, room }: SqliteOptions,
): Promise<SqliteDatabase<Schema>> {
  // No descriptor of this file but SQLite's: closing one would drop SQLite's locks.
  const connection = new Sqlite(file, { timeout: 5000 })
  try {
    chmodSync(file, 0o600)
    checkIntegrity(connection, migrations)
    checkSchemaVersion(connection, migrations)
    configure(connection, synchronous)
    connection.pragma(`wal_autocheckpoint = ${logPages}`)
    await migrate(connection, migrations)
    const database = room ? sparingDatabase(connection, room) : connection
    const kysely = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) })
    return {
      kysely,
      prepareInsert: (statement) => prepareInsert(connection, statement, room),
      copyTo: (copy) => copyDatabase(connection, copy),
      findDamage: () => firstProblem(connection, 'integrity_check(1)'),
      async [Symbol.asyncDispose]() {
        // The last connection to close moves the write-ahead log into the database.
        await kysely.destroy()
        connection.close()
      },
    }
  } catch (error) {
    connection.close()
    throw error
  }
}

function checkIntegrity(connection: Sqlite.Database, migrations: readonly Migration[]): void {
  const problem = firstProblem(connection, 'quick_check(1)')
  if (problem === undefined) return
  const backup = newestBackup(connection.name, migrations.length)
  throw new LlmdError('data_corrupt', `${connection.name} is damaged: ${problem}`, {
    hint: backup
      ? `Put back the newest backup: llmd restore ${backup}`
      : 'Put back a copy, or move it away and start again without what it held.',
  })
}

function firstProblem(connection: Sqlite.Database, check: string): string | undefined {
  try {
    const answer = String(connection.pragma(check, { simple: true }))
    return answer === 'ok' ? undefined : answer
  } catch (error) {
    if (error instanceof Sqlite.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code))
      return error.message
    throw error
  }
}

/** All but the journal mode hold for this connection alone. */
function configure(connection: Sqlite.Database, synchronous: SqliteOptions['synchronous']): void {
  connection.pragma('journal_mode = WAL')
  connection.pragma(`synchronous = ${synchronous}`)
  // On macOS a plain fsync leaves the data in the drive's cache; elsewhere this changes nothing.
  connection.pragma('fullfsync = ON')
  connection.pragma('journal_size_limit = 4194304')
  connection.pragma('foreign_keys = ON')
  connection.pragma('trusted_schema = OFF')
}
