import type { AddMcpServer, McpServer, McpTest } from '../../api/mcp.ts'
import type { Calls } from '../create-calls.ts'

/** MCP servers. */
export interface McpServersClient {
  listMcpServers(): Promise<McpServer[]>
  addMcpServer(server: AddMcpServer): Promise<McpServer>
  removeMcpServer(name: string): Promise<McpServer>
  /** Introduces llmd to it, and asks for its tools. */
  testMcpServer(name: string): Promise<McpTest>
}

export function mcpServersClient({ call, list }: Calls): McpServersClient {
  return {
    listMcpServers: () => list('/mcp-servers'),
    addMcpServer: (body) => call('POST', '/mcp-servers', { body }),
    removeMcpServer: (name) => call('DELETE', mcpServerPath(name)),
    testMcpServer: (name) => call('POST', `${mcpServerPath(name)}/test`, { patient: true }),
  }
}

function mcpServerPath(name: string): string {
  return `/mcp-servers/${encodeURIComponent(name)}`
}
