import { rmSync, writeFileSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { asDiskFull } from './disk-full.ts'

/** Copied at once, before others get their turn: 2 MB of a database as SQLite makes them. */
const pagesAtOnce = 512

/**
 * Copies what is committed in an open database to a file that is not there yet, for its owner alone: one file, with
 * no log beside it. Writes go on meanwhile, and those on this connection are in the copy.
 * @throws LlmdError `disk_full`, with nothing left
 */
export async function copyDatabase(connection: Sqlite.Database, file: string): Promise<void> {
  writeFileSync(file, '', { flag: 'wx', mode: 0o600 })
  try {
    await connection.backup(file, { progress: () => pagesAtOnce })
    const copy = new Sqlite(file)
    try {
      copy.pragma('journal_mode = DELETE')
    } finally {
      copy.close()
    }
  } catch (error) {
    for (const end of ['', '-journal', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
    throw asDiskFull(error) ?? error
  }
}
