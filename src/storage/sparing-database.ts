import type { Database } from 'better-sqlite3'
import type { SqliteDatabase, SqliteStatement } from 'kysely'
import { asDiskFull, diskFull } from './disk-full.ts'
import type { DiskRoom } from './disk-room.ts'

/**
 * A connection for kysely that lives with a full disk: what adds rows is refused while it is full, and what changes or
 * removes them gets the room that was kept back. Reads are as ever.
 * @throws LlmdError `disk_full`, from its statements
 */
export function sparingDatabase(connection: Database, room: DiskRoom): SqliteDatabase {
  const attempt = <Result>(work: () => Result, retry: boolean): Result => {
    const inTransaction = connection.inTransaction
    try {
      return work()
    } catch (error) {
      const full = asDiskFull(error)
      if (!full) throw error
      const released = room.release()
      // SQLite may have rolled the transaction back: only a statement on its own can be tried again.
      if (released && retry && !inTransaction) return attempt(work, false)
      throw full
    }
  }

  return {
    close: () => connection.close(),
    prepare(sql): SqliteStatement {
      const isRollback = /^\s*rollback\s*$/i.test(sql)
      const adds = /^\s*(insert|replace)\b/i.test(sql)
      const statement = connection.prepare(sql)
      const execute = <Result>(work: () => Result): Result => {
        if (adds && room.full) throw diskFull()
        return attempt(work, !adds)
      }
      return {
        reader: statement.reader,
        all: (parameters) => execute(() => statement.all(...parameters)),
        run(parameters) {
          // SQLite did it by itself, for want of room.
          if (isRollback && !connection.inTransaction) return { changes: 0, lastInsertRowid: 0 }
          return execute(() => statement.run(...parameters))
        },
        iterate: (parameters) => execute(() => statement.iterate(...parameters)),
      }
    },
  }
}
