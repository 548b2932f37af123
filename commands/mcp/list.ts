import type { McpServer } from '../../src/api/mcp.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatTable } from '../../src/cli/table.ts'

export default class McpList extends ClientCommand {
  static override summary = 'List the MCP servers.'
  static override hiddenAliases = ['mcp']
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<{ data: McpServer[] }> {
    const { flags } = await this.parse(McpList)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const servers = await connection.client.listMcpServers()
    this.log(
      servers.length === 0
        ? 'There are no MCP servers yet. Add one with: llmd mcp add NAME --url URL'
        : formatTable(
            ['NAME', 'PATH', 'KEY', 'SESSIONS', 'URL OR COMMAND'],
            servers.map(({ name, has_key, sessions, url, command }) => [
              name,
              `/mcp/${name}`,
              has_key ? '********' : '-',
              String(sessions),
              url ?? command?.join(' ') ?? '-',
            ]),
          ),
    )
    return { data: servers }
  }
}
