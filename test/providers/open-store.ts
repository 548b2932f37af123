import { join } from 'node:path'
import { createLog } from '../../src/log.ts'
import { createProviderStore } from '../../src/providers/create-provider-store.ts'
import { createUpstream } from '../../src/providers/create-upstream.ts'
import { providerSecrets } from '../../src/providers/provider-secrets.ts'
import type { ProviderStore } from '../../src/providers/provider-store.ts'
import { createVault } from '../../src/secrets/create-vault.ts'
import type { VaultManagement } from '../../src/secrets/vault.ts'
import { openDatabase, type Database } from '../../src/storage/database.ts'
import { createProviderTable } from '../../src/storage/provider-table.ts'
import { fileHomes } from '../secrets/fixtures/file-homes.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const deadlines = { connect: 2000, firstByte: 5000, idle: 5000, total: 10_000 }

export interface OpenStore extends AsyncDisposable {
  store: ProviderStore
  vault: VaultManagement
  database: Database
  folder: string
  logged: Record<string, unknown>[]
  /** Providers that were said to be reached in another way. */
  reachedAnew: string[]
}

/** A store over a real database and vault, in a folder that can be opened again. */
export async function openStore({
  folder = temporaryFolder(),
  taken = () => undefined,
}: { folder?: string; taken?: (name: string) => string | undefined } = {}): Promise<OpenStore> {
  const reachedAnew: string[] = []
  const stack = new AsyncDisposableStack()
  const logged: Record<string, unknown>[] = []
  const log = createLog({ level: 'debug', write: (line) => logged.push(JSON.parse(line)) })
  const database = stack.use(await openDatabase(join(folder, 'state.db')))
  const vault = await createVault({
    database,
    stores: [providerSecrets],
    homes: fileHomes(folder),
    log,
  })
  const store = stack.use(
    await createProviderStore({
      table: createProviderTable(database),
      vault,
      connect: (connection) => createUpstream(connection, deadlines),
      taken,
      health: () => ({ state: 'ready', retry_at: null, last_error: null }),
      aliasesOf: () => [],
      onReachedAnew: (provider) => void reachedAnew.push(provider),
      log,
    }),
  )
  return {
    store,
    vault,
    database,
    folder,
    logged,
    reachedAnew,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
