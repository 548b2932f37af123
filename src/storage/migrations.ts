import { sql, type Kysely } from 'kysely'

/** Changes the schema in steps that are never edited once released. */
export type Migration = (database: Kysely<unknown>) => Promise<void>

/** In order; a database records how many of them it has seen. */
export const migrations: readonly Migration[] = [createModelsAndTokens]

async function createModelsAndTokens(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('models')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('options', 'text', (column) => column.notNull())
    .addColumn('file', 'text', (column) => column.notNull())
    .execute()
  await database.schema
    .createTable('tokens')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('hash', 'blob', (column) => column.notNull().unique())
    .addColumn('masked', 'text', (column) => column.notNull())
    .addColumn('scopes', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'text')
    .addColumn('revoked_at', 'text')
    .execute()
  // Here and not at each start, so that an operator who removes it has it removed for good.
  await sql`INSERT INTO models (name, source, created_at, options, file)
    VALUES ('llmd-demo', 'builtin:llmd-demo', ${new Date().toISOString()}, '{}', 'null')`.execute(database)
}
