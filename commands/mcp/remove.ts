import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { McpServer } from '../../src/api/mcp.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { confirm } from '../../src/cli/confirm.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class McpRemove extends ClientCommand {
  static override summary = 'Forget an MCP server and its secrets. Its sessions end.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> search',
    '<%= config.bin %> <%= command.id %> search --yes',
    '<%= config.bin %> <%= command.id %> search --yes --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> search --yes --json',
  ]
  static override args = {
    name: Args.string({ description: 'Name of the MCP server.', required: true, ignoreStdin: true }),
  }
  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }) }

  async run(): Promise<McpServer> {
    const { args, flags } = await this.parse(McpRemove)
    if (!(await confirm(`Remove ${safe(args.name)} and its secrets?`, flags))) this.exit(1)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const server = await connection.client.removeMcpServer(args.name)
    this.log(`Removed ${safe(server.name)}.`)
    return server
  }
}
