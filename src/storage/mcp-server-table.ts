import { LlmdError } from '../errors.ts'
import type { Queries } from './transact.ts'

export interface McpServerRow {
  name: string
  createdAt: string
  target: StoredMcpTarget
  /** As the vault encrypted it. */
  secret: string | null
}

type StoredMcpTarget =
  | { kind: 'http'; url: string; headers: Record<string, string>; allowPrivate: boolean }
  | { kind: 'stdio'; command: string[]; env: string[] }

export interface McpServerTable {
  /** By name. */
  all(): Promise<McpServerRow[]>
  /** @throws LlmdError `mcp_server_exists` */
  insert(row: McpServerRow): Promise<void>
  /** False when there was none. */
  setSecret(name: string, secret: string): Promise<boolean>
  /** False when there was none. */
  remove(name: string): Promise<boolean>
}

export function createMcpServerTable({ kysely }: Queries): McpServerTable {
  return {
    async all() {
      const rows = await kysely.selectFrom('mcp_servers').selectAll().orderBy('name').execute()
      return rows.map(({ name, created_at, target, secret }) => ({
        name,
        createdAt: created_at,
        target: JSON.parse(target),
        secret,
      }))
    },
    async insert({ createdAt, target, ...same }) {
      const result = await kysely
        .insertInto('mcp_servers')
        .values({ ...same, created_at: createdAt, target: JSON.stringify(target) })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirstOrThrow()
      if (result.numInsertedOrUpdatedRows === 0n) {
        throw new LlmdError('mcp_server_exists', `There is an MCP server called ${same.name} already.`, {
          hint: 'Choose another name, or remove that one.',
          param: 'name',
        })
      }
    },
    async setSecret(name, secret) {
      const result = await kysely
        .updateTable('mcp_servers')
        .set({ secret })
        .where('name', '=', name)
        .executeTakeFirstOrThrow()
      return result.numUpdatedRows > 0n
    },
    async remove(name) {
      const result = await kysely.deleteFrom('mcp_servers').where('name', '=', name).executeTakeFirstOrThrow()
      return result.numDeletedRows > 0n
    },
  }
}
