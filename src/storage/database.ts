import type { DiskRoom } from './disk-room.ts'
import { migrations } from './migrations.ts'
import { openSqlite, type SqliteDatabase } from './open-sqlite.ts'
import type { Schema } from './schema.ts'

/** What must never be lost: models, tokens, providers. A write is on the disk when its promise resolves. */
export type Database = SqliteDatabase<Schema>

/** Only the holder of the data lock may. @throws LlmdError `data_corrupt`, `data_too_new` */
export function openDatabase(file: string, room?: DiskRoom): Promise<Database> {
  return openSqlite<Schema>(file, { migrations, synchronous: 'FULL', room })
}
