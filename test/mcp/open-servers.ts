import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { createLog, type Log } from '../../src/log.ts'
import { createMcpServers } from '../../src/mcp/create-mcp-servers.ts'
import type { McpServers } from '../../src/mcp/mcp-servers.ts'
import { gatewayOpener, type OpenGateway } from '../../src/mcp/open-gateway.ts'
import { mcpSecrets } from '../../src/mcp/server-secrets.ts'
import { createVault } from '../../src/secrets/create-vault.ts'
import type { VaultManagement } from '../../src/secrets/vault.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createMcpServerTable } from '../../src/storage/mcp-server-table.ts'
import { fileHomes } from '../secrets/fixtures/file-homes.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** The command of a server that llmd can run. */
export const toolProgram: [string, ...string[]] = [
  process.execPath,
  fileURLToPath(new URL('../fixtures/processes/tool-server.ts', import.meta.url)),
]

export interface OpenServers {
  mcp: McpServers
  vault: VaultManagement
  folder: string
  logged: Record<string, unknown>[]
}

/** Servers over a real database and vault, until the test ends. @param options.open llmd's own way by default */
export async function openServers({
  folder = temporaryFolder(),
  open,
}: { folder?: string; open?: (log: Log) => OpenGateway } = {}): Promise<OpenServers> {
  const stack = new AsyncDisposableStack()
  onTestFinished(() => stack.disposeAsync())
  const logged: Record<string, unknown>[] = []
  const log = createLog({ level: 'debug', write: (line) => logged.push(JSON.parse(line)) })
  const database = stack.use(await openDatabase(join(folder, 'state.db')))
  const vault = await createVault({
    database,
    stores: [mcpSecrets],
    homes: fileHomes(folder),
    log,
  })
  const mcp = stack.use(
    await createMcpServers({
      table: createMcpServerTable(database),
      vault,
      open: open?.(log) ?? gatewayOpener({ vault, env: process.env, log }),
      log,
    }),
  )
  return { mcp, vault, folder, logged }
}
