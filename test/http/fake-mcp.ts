import type { McpServer } from '../../src/api/mcp.ts'
import { LlmdError } from '../../src/errors.ts'
import type { McpServers } from '../../src/mcp/mcp-servers.ts'

/** Keeps what it is given, and connects to nobody. */
export function fakeMcp(): McpServers {
  const servers = new Map<string, McpServer>()
  const get = (name: string) => {
    const server = servers.get(name)
    if (server) return server
    throw new LlmdError('mcp_server_not_found', `There is no MCP server called ${name}.`, { hint: 'Look.' })
  }
  return {
    list: () => [...servers.values()],
    async add({ name, url = null, command = null, key, env = {} }) {
      const server: McpServer = {
        name,
        kind: command ? 'stdio' : 'http',
        created_at: '2026-01-01T00:00:00.000Z',
        url,
        headers: {},
        allow_private: false,
        has_key: key !== undefined,
        command,
        env: Object.keys(env),
        sessions: 0,
      }
      servers.set(name, server)
      return server
    },
    async remove(name) {
      const server = get(name)
      servers.delete(name)
      return server
    },
    async test(name) {
      get(name)
      return { ok: true, ms: 1, protocol: '2025-11-25', server: null, tools: [], failure: null }
    },
    async exchange(name) {
      get(name)
      return { status: 202, headers: {}, body: null, lastWords: () => undefined }
    },
    async [Symbol.asyncDispose]() {},
  }
}
