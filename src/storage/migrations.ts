import { sql, type Kysely } from 'kysely'

/** Changes the schema in steps that are never edited once released. */
export type Migration = (database: Kysely<unknown>) => Promise<void>

/** In order; a database records how many of them it has seen. */
export const migrations: readonly Migration[] = [
  createModelsAndTokens,
  createCrashes,
  createProviders,
  createVault,
  addModelKinds,
  createDownloads,
  addModelProfiles,
  addTokenLimits,
  createPrices,
  createDeployments,
  createMcpServers,
  createIssuers,
]

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

async function createCrashes(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('crashes')
    .addColumn('path', 'text', (column) => column.primaryKey().notNull())
    .addColumn('size_bytes', 'integer', (column) => column.notNull())
    .addColumn('modified_ms', 'real', (column) => column.notNull())
    .addColumn('crashed_at', 'text', (column) => column.notNull())
    .addColumn('quarantined_at', 'text')
    .execute()
}

async function createProviders(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('providers')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('preset', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('format', 'text', (column) => column.notNull())
    .addColumn('base_url', 'text', (column) => column.notNull())
    .addColumn('prefix', 'text')
    .addColumn('models', 'text', (column) => column.notNull())
    .addColumn('all_models', 'integer', (column) => column.notNull())
    .addColumn('options', 'text', (column) => column.notNull())
    .addColumn('key', 'text')
    .addColumn('discovered', 'text', (column) => column.notNull())
    .execute()
}

async function createVault(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('vault')
    // There is one vault, or none yet.
    .addColumn('only', 'integer', (column) =>
      column
        .primaryKey()
        .notNull()
        .check(sql`only = 1`),
    )
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('home', 'text', (column) => column.notNull())
    .addColumn('check_value', 'text', (column) => column.notNull())
    .addColumn('kid', 'text', (column) => column.notNull())
    .addColumn('former', 'text', (column) => column.notNull())
    .execute()
}

async function addModelKinds(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable('models')
    .addColumn('kind', 'text', (column) => column.notNull().defaultTo('local'))
    .execute()
  await database.schema.alterTable('models').addColumn('route', 'text').execute()
}

async function createDownloads(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('downloads')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('options', 'text', (column) => column.notNull())
    .addColumn('files', 'text', (column) => column.notNull())
    .addColumn('error', 'text', (column) => column.notNull())
    .execute()
}

async function addModelProfiles(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable('models').addColumn('description', 'text').execute()
  await database.schema.alterTable('models').addColumn('tier', 'text').execute()
  await database.schema
    .alterTable('models')
    .addColumn('defaults', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute()
  await database.schema
    .alterTable('downloads')
    .addColumn('profile', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute()
}

async function addTokenLimits(database: Kysely<unknown>): Promise<void> {
  for (const name of ['deployment', 'models', 'limits']) {
    await database.schema.alterTable('tokens').addColumn(name, 'text').execute()
  }
}

async function createPrices(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('prices')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('input', 'integer', (column) => column.notNull())
    .addColumn('cached_input', 'integer')
    .addColumn('output', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('prices_by_name', ['kind', 'name'])
    .execute()
}

async function createDeployments(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('deployments')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('ready_at', 'text')
    .addColumn('ends_at', 'text')
    .addColumn('ended_at', 'text')
    .addColumn('reason', 'text', (column) => column.notNull())
    .execute()
}

async function createMcpServers(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('mcp_servers')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('secret', 'text')
    .execute()
}

async function createIssuers(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('issuers')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('issuer', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('settings', 'text', (column) => column.notNull())
    .execute()
  await database.schema.alterTable('tokens').addColumn('owner', 'text').execute()
}
