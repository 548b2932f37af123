import type { Log } from '../log.ts'
import { createMcpServers } from '../mcp/create-mcp-servers.ts'
import type { McpServers } from '../mcp/mcp-servers.ts'
import { gatewayOpener } from '../mcp/open-gateway.ts'
import { createMcpServerTable } from '../storage/mcp-server-table.ts'
import type { Data } from './open-data.ts'

/** The MCP servers. Closed with `resources`. */
export async function openMcp(
  resources: AsyncDisposableStack,
  { data, env, log }: { data: Pick<Data, 'database' | 'vault'>; env: NodeJS.ProcessEnv; log: Log },
): Promise<McpServers> {
  const { database, vault } = data
  const open = gatewayOpener({ vault, env, log })
  return resources.use(await createMcpServers({ table: createMcpServerTable(database), vault, open, log }))
}
