import { tokenTitle } from '../../src/api/token-title.ts'
import type { Token } from '../../src/api/tokens.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatRelativeTime } from '../../src/cli/format.ts'
import { formatTokenEnd, keyTail } from '../../src/cli/format-token.ts'
import { formatTokenLimits } from '../../src/cli/format-token-limits.ts'
import { formatTable } from '../../src/cli/table.ts'

export default class TokensList extends ClientCommand {
  static override summary = 'List the tokens.'
  static override hiddenAliases = ['tokens']
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<{ data: Token[] }> {
    const { flags } = await this.parse(TokensList)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const tokens = await connection.client.listTokens()
    const hasLimits = tokens.some((token) => formatTokenLimits(token) !== '')
    this.log(
      tokens.length === 0
        ? 'There are no tokens yet. Make one with: llmd tokens create NAME'
        : formatTable(
            ['NAME', 'KEY', 'SCOPES', 'CREATED', 'EXPIRES', ...(hasLimits ? ['LIMITS'] : [])],
            tokens.map((token) => [
              tokenTitle(token),
              keyTail(token.masked),
              token.scopes.join(','),
              formatRelativeTime(token.created_at),
              formatTokenEnd(token),
              ...(hasLimits ? [formatTokenLimits(token) || '-'] : []),
            ]),
          ),
    )
    return { data: tokens }
  }
}
