import type { Database } from 'better-sqlite3'
import { asDiskFull, diskFull } from './disk-full.ts'
import type { DiskRoom } from './disk-room.ts'

/** Inserts rows, all or none of them. @throws LlmdError `disk_full` */
export type Insert = (rows: readonly (readonly unknown[])[]) => void

/**
 * For what is written at each request: kysely makes thousands of objects for a hundred rows, which this does not.
 * @param sql of one row
 */
export function prepareInsert(connection: Database, sql: string, room: DiskRoom | undefined): Insert {
  const statement = connection.prepare(sql)
  const insertAll = connection.transaction((rows: Parameters<Insert>[0]) => {
    for (const row of rows) statement.run(row)
  })
  return (rows) => {
    if (room?.full) throw diskFull()
    try {
      insertAll(rows)
    } catch (error) {
      const full = asDiskFull(error)
      if (full) room?.release()
      throw full ?? error
    }
  }
}
