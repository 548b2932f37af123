import type { McpServer } from '../api/mcp.ts'
import type { Log } from '../log.ts'
import type { Vault } from '../secrets/vault.ts'
import type { McpServerRow, McpServerTable } from '../storage/mcp-server-table.ts'
import { unknownServer } from './failures.ts'
import type { McpGateway } from './gateway.ts'
import type { McpServers } from './mcp-servers.ts'
import type { OpenGateway } from './open-gateway.ts'
import { encryptSecret } from './server-secrets.ts'
import { tryServer } from './try-server.ts'

/**
 * Reads every row once; from then on the table is only written to.
 * @param options.open makes the way to a server, when it is first asked
 */
export async function createMcpServers(options: {
  table: McpServerTable
  vault: Vault
  open: OpenGateway
  log: Log
  now?: () => Date
}): Promise<McpServers> {
  const { table, vault, open, log, now = () => new Date() } = options
  const rows = new Map((await table.all()).map((row) => [row.name, row]))
  const gateways = new Map<string, McpGateway>()

  function rowOf(name: string): McpServerRow {
    const row = rows.get(name)
    if (row) return row
    throw unknownServer(name)
  }

  function gatewayTo(row: McpServerRow): McpGateway {
    const gateway = gateways.get(row.name) ?? open(row)
    gateways.set(row.name, gateway)
    return gateway
  }

  const present = (row: McpServerRow) => describe(row, gateways.get(row.name)?.sessions ?? 0)

  return {
    list: () => [...rows.values()].map(present).toSorted((a, b) => (a.name < b.name ? -1 : 1)),

    async add({ name, url, headers = {}, allow_private = false, key, command, env = {} }) {
      const target: McpServerRow['target'] = command
        ? { kind: 'stdio', command, env: Object.keys(env).toSorted() }
        : { kind: 'http', url: url ?? '', headers, allowPrivate: allow_private }
      const secret = await encryptSecret(vault, { name, target }, { key, env })
      const row = { name, createdAt: now().toISOString(), target, secret }
      await table.insert(row)
      rows.set(name, row)
      return present(row)
    },

    async remove(name) {
      const last = present(rowOf(name))
      await table.remove(name)
      rows.delete(name)
      const gateway = gateways.get(name)
      gateways.delete(name)
      await gateway?.[Symbol.asyncDispose]()
      log.info('an MCP server was removed', { mcp_server: name })
      return last
    },

    async test(name, signal) {
      const row = rowOf(name)
      const { target, secret } = row
      const asked = { url: target.kind === 'http' ? target.url : null, hasKey: secret !== null }
      return tryServer(gatewayTo(row), asked, signal)
    },

    exchange: async (name, request) => gatewayTo(rowOf(name)).exchange(request),

    async [Symbol.asyncDispose]() {
      await Promise.all([...gateways.values()].map((gateway) => gateway[Symbol.asyncDispose]()))
    },
  }
}

function describe({ name, createdAt, target, secret }: McpServerRow, sessions: number): McpServer {
  const isHttp = target.kind === 'http'
  return {
    name,
    kind: target.kind,
    created_at: createdAt,
    url: isHttp ? target.url : null,
    headers: isHttp ? target.headers : {},
    allow_private: isHttp && target.allowPrivate,
    has_key: isHttp && secret !== null,
    command: isHttp ? null : target.command,
    env: isHttp ? [] : target.env,
    sessions,
  }
}
