import type { Database } from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { LlmdError } from '../errors.ts'
import { backUp, newestBackup, pruneBackups } from './backups.ts'
import type { Migration } from './migrations.ts'

/**
 * Refuses a database that a newer llmd has changed; it is left as it is.
 * @throws LlmdError `data_too_new`
 */
export function checkSchemaVersion(connection: Database, migrations: readonly Migration[]): void {
  const version = schemaVersion(connection)
  if (version <= migrations.length) return
  const backup = newestBackup(connection.name, migrations.length)
  throw new LlmdError(
    'data_too_new',
    `${connection.name} has schema version ${version}; this llmd knows versions up to ${migrations.length}.`,
    {
      hint: backup
        ? `Run the llmd that wrote it, or put back the backup from before: llmd restore ${backup}`
        : 'Run the llmd that wrote it, or a newer one.',
    },
  )
}

/**
 * Applies what the database has not seen yet, all or nothing, after a backup unless the database is new.
 * Kysely's own migrator would run without a transaction on SQLite.
 */
export async function migrate(connection: Database, migrations: readonly Migration[]): Promise<void> {
  const version = schemaVersion(connection)
  if (version === migrations.length) return
  if (version > 0) backUp(connection, version)
  const kysely = new Kysely<unknown>({ dialect: new SqliteDialect({ database: connection }) })
  await kysely.transaction().execute(async (transaction) => {
    for (const migration of migrations.slice(version)) await migration(transaction)
    connection.pragma(`user_version = ${migrations.length}`)
  })
  pruneBackups(connection.name)
}

function schemaVersion(connection: Database): number {
  return Number(connection.pragma('user_version', { simple: true }))
}
