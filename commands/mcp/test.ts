import * as Args from '@oclif/core/args'
import type { McpTest as Test } from '../../src/api/mcp.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatMcpTest } from '../../src/cli/format-mcp-test.ts'
import { safe } from '../../src/cli/safe-text.ts'
import { withSpinner } from '../../src/cli/with-spinner.ts'

export default class McpTest extends ClientCommand {
  static override summary = 'Try an MCP server, and list its tools.'
  static override description = 'Exits with 1 if it does not work.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> search',
    '<%= config.bin %> <%= command.id %> search --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> search --json',
  ]
  static override args = {
    name: Args.string({ description: 'Name of the MCP server.', required: true, ignoreStdin: true }),
  }

  async run(): Promise<Test> {
    const { args, flags } = await this.parse(McpTest)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const test = await withSpinner(`Trying ${safe(args.name)}`, () =>
      connection.client.testMcpServer(args.name),
    )
    this.log(formatMcpTest(args.name, test))
    if (!test.ok) process.exitCode = 1
    return test
  }
}
