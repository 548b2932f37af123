import { createSpending, type Spending } from '../access/spending.ts'
import { createTokenStore } from '../access/token-store.ts'
import type { LiveSettings } from '../config/live-settings.ts'
import type { Paths } from '../config/paths.ts'
import { createIssuerStore } from '../issuers/create-issuer-store.ts'
import { fetchDocument } from '../issuers/fetch-document.ts'
import type { IssuerStore } from '../issuers/issuer-store.ts'
import type { Log } from '../log.ts'
import { mcpSecrets } from '../mcp/server-secrets.ts'
import { providerSecrets } from '../providers/provider-secrets.ts'
import { createVault } from '../secrets/create-vault.ts'
import { openDatabase, type Database } from '../storage/database.ts'
import type { DiskRoom } from '../storage/disk-room.ts'
import { createIssuerTable } from '../storage/issuer-table.ts'
import { createTokenTable } from '../storage/token-table.ts'
import { openUsageDatabase, type UsageDatabase } from '../storage/usage-database.ts'
import { createUsageTable } from '../storage/usage-table.ts'
import { createUsageThread } from '../storage/usage-thread.ts'
import { createLedger, type Ledger } from '../usage/ledger.ts'
import { createRollUp, type RollUp } from '../usage/roll-up.ts'
import { entryFile } from './installed-files.ts'

/** What is kept on the disk, and those who look after it. */
export interface Data {
  database: Database
  usage: UsageDatabase
  ledger: Ledger
  rollUp: RollUp
  vault: Awaited<ReturnType<typeof createVault>>
  tokens: Awaited<ReturnType<typeof createTokenStore>>
  issuers: IssuerStore
  spending: Spending
}

/** Only the holder of the data lock may. Closed with `resources`. */
export async function openData(
  resources: AsyncDisposableStack,
  options: { paths: Paths; env: NodeJS.ProcessEnv; settings: LiveSettings; room: DiskRoom; log: Log },
): Promise<Data> {
  const { paths, env, settings, room, log } = options
  const database = resources.use(await openDatabase(paths.database, room))
  const usage = resources.use(await openUsageDatabase(paths.usage, room))
  const usageTable = createUsageTable(usage)
  const thread = resources.use(
    createUsageThread({ file: paths.usage, workerPath: entryFile('storage/usage-worker') }),
  )
  const ledger = resources.use(createLedger({ table: usageTable, thread, log }))
  const rollUp = resources.use(
    createRollUp({ table: usageTable, thread, keepDays: () => settings.current.usage.keepDays, log }),
  )
  const vault = await createVault({
    database,
    stores: [providerSecrets, mcpSecrets],
    homes: {
      preferred: settings.current.secrets.home,
      file: paths.masterKey,
      keychainChildPath: entryFile('secrets/keychain-child'),
      env,
    },
    log,
  })
  const spending = createSpending({ before: await usageTable.spending() })
  const issuers = await createIssuerStore({ table: createIssuerTable(database), fetchDocument })
  const tokens = await createTokenStore({
    table: createTokenTable(database),
    spending,
    keyPrefix: () => settings.current.auth.keyPrefix,
  })
  return { database, usage, ledger, rollUp, vault, tokens, issuers, spending }
}
