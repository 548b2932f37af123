import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { CreatedToken } from '../../src/api/tokens.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatRelativeTime } from '../../src/cli/format.ts'
import { formatPairs } from '../../src/cli/table.ts'
import { readTokenEnd, tokenFlags } from '../../src/cli/token-flags.ts'

export default class TokensCreate extends ClientCommand {
  static override summary = 'Create a token. Its key is shown this once.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> laptop',
    '<%= config.bin %> <%= command.id %> ci --expires 90d',
    '<%= config.bin %> <%= command.id %> ops --scope llm-all --scope admin',
    'export OPENAI_API_KEY="$(<%= config.bin %> <%= command.id %> script --print-token)"',
    '<%= config.bin %> <%= command.id %> laptop --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> laptop --json',
  ]
  static override args = { name: Args.string({ description: 'What it is for.', required: true }) }
  static override flags = {
    ...tokenFlags,
    'print-token': Flags.boolean({ summary: 'Print the key and nothing else.', exclusive: ['json'] }),
  }

  async run(): Promise<CreatedToken> {
    const { args, flags } = await this.parse(TokensCreate)
    const expires_at = readTokenEnd(flags.expires ?? 'never')
    await using connection = await this.connect(flags, { allowInProcess: true })
    const token = await connection.client.createToken({
      name: args.name,
      ...(flags.scope && { scopes: flags.scope }),
      expires_at,
    })
    if (flags['print-token']) {
      this.log(token.key)
      return token
    }
    this.log(
      formatPairs([
        ['Name', token.name],
        ['Key', token.key],
        ['Scopes', token.scopes.join(', ')],
        ['Expires', token.expires_at === null ? 'never' : formatRelativeTime(token.expires_at)],
      ]),
    )
    this.log('Keep the key now: it cannot be shown again.')
    return token
  }
}
