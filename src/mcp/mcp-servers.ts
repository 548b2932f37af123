import type { AddMcpServer, McpServer, McpTest } from '../api/mcp.ts'
import type { McpAnswer, McpRequest } from './gateway.ts'

/** The MCP servers that the operator defined, and the ways to them. */
export interface McpServers extends AsyncDisposable {
  /** By name, alphabetically. */
  list(): McpServer[]
  /** Durable when it resolves. Nothing is connected to yet. @throws LlmdError `mcp_server_exists`, `sealed` */
  add(server: AddMcpServer): Promise<McpServer>
  /** Forgets the server and its secrets, and ends its sessions. @throws LlmdError `mcp_server_not_found` */
  remove(name: string): Promise<McpServer>
  /** Introduces llmd to it, and asks for its tools. @throws LlmdError `mcp_server_not_found` */
  test(name: string, signal: AbortSignal): Promise<McpTest>
  /** @throws LlmdError `mcp_server_not_found`, `sealed`, `data_corrupt`, and what gateways throw */
  exchange(name: string, request: McpRequest): Promise<McpAnswer>
}
