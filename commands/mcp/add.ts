import * as Args from '@oclif/core/args'
import type { McpServer } from '../../src/api/mcp.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { keyFlags, readKey } from '../../src/cli/key-flags.ts'
import { givenMcpServer, mcpFlags } from '../../src/cli/mcp-flags.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class McpAdd extends ClientCommand {
  static override summary = 'Add an MCP server, which clients then reach with a token of llmd.'
  static override description =
    'One that runs elsewhere has a URL; its key is encrypted, and never shown again. What stands after -- is a program that speaks MCP over stdin and stdout: llmd runs it once for each session of a client, with a few harmless variables and those that --env names.'
  static override usage = ['mcp add NAME --url URL [FLAGS]', 'mcp add NAME [FLAGS] -- PROGRAM [ARGUMENT...]']
  static override examples = [
    '<%= config.bin %> <%= command.id %> search --url https://tools.example/mcp --key-env SEARCH_KEY',
    'pass show search | <%= config.bin %> <%= command.id %> search --url https://tools.example/mcp --key-stdin',
    '<%= config.bin %> <%= command.id %> search --url https://tools.example/mcp --ask-key --header "X-Team: a"',
    '<%= config.bin %> <%= command.id %> wiki --url http://wiki.lan/mcp --allow-private',
    '<%= config.bin %> <%= command.id %> files -- npx -y @modelcontextprotocol/server-filesystem /srv/files',
    '<%= config.bin %> <%= command.id %> github --env GITHUB_TOKEN -- github-mcp-server stdio',
    '<%= config.bin %> <%= command.id %> wiki --url https://wiki.example/mcp --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> wiki --url https://wiki.example/mcp --json',
  ]
  static override strict = false
  static override args = {
    name: Args.string({ description: 'What to call it.', required: true, ignoreStdin: true }),
  }
  static override flags = { ...mcpFlags, ...keyFlags }

  async run(): Promise<McpServer> {
    const { args, argv, flags } = await this.parse(McpAdd)
    const command = argv.slice(1).map(String)
    const given = givenMcpServer(flags, command)
    const key = await readKey(flags)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const server = await connection.client.addMcpServer({
      name: args.name,
      ...given,
      ...(key !== undefined && { key }),
    })
    const name = safe(server.name)
    this.log(`Added ${name}. Clients reach it at /mcp/${name}.\nTry it with: llmd mcp test ${name}`)
    return server
  }
}
