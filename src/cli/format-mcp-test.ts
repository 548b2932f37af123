import type { McpTest } from '../api/mcp.ts'
import { safe } from './safe-text.ts'
import { formatTable } from './table.ts'

/** What came of trying an MCP server, and its tools. */
export function formatMcpTest(name: string, test: McpTest): string {
  if (test.failure) {
    const { message, hint } = test.failure
    return `${safe(name)} does not work: ${safe(message)}.${hint === null ? '' : `\n${safe(hint)}`}`
  }
  const { server, protocol, tools, ms } = test
  const what = server ? ` It is ${safe(server.name)} ${safe(server.version)}` : ' It is there'
  const head = `${safe(name)} works: it answered after ${ms} ms.${what}, and speaks MCP ${safe(protocol ?? '')}.`
  if (tools.length === 0) return `${head}\nIt has no tools.`
  const rows = tools.map((tool) => [tool.name, tool.description ?? '-'])
  return `${head}\n\n${formatTable(['TOOL', 'DESCRIPTION'], rows)}`
}
