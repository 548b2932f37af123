import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { CreatedToken } from '../../src/api/tokens.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatRelativeTime } from '../../src/cli/format.ts'
import { formatPairs } from '../../src/cli/table.ts'
import { tokenLimitPairs } from '../../src/cli/format-token-limits.ts'
import { readTokenEnd, tokenFlags } from '../../src/cli/token-flags.ts'
import { givenTokenLimits, tokenLimitFlags } from '../../src/cli/token-limit-flags.ts'

export default class TokensCreate extends ClientCommand {
  static override summary = 'Create a token. Its key is shown this once.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> laptop',
    '<%= config.bin %> <%= command.id %> ci --expires 90d',
    '<%= config.bin %> <%= command.id %> second --deployment dep_5d41402abc',
    '<%= config.bin %> <%= command.id %> ops --scope llm-all --scope admin',
    '<%= config.bin %> <%= command.id %> guest --model qwen3:8b --model fast --rpm 30 --tpm 20000',
    '<%= config.bin %> <%= command.id %> team --credits 500 --budget 10/day',
    'export OPENAI_API_KEY="$(<%= config.bin %> <%= command.id %> script --print-token)"',
    '<%= config.bin %> <%= command.id %> laptop --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> laptop --json',
  ]
  static override args = { name: Args.string({ description: 'What it is for.', required: true }) }
  static override flags = {
    ...tokenFlags,
    ...tokenLimitFlags,
    deployment: Flags.string({ summary: 'Id of the deployment that it reaches alone.', helpValue: 'ID' }),
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
      ...givenTokenLimits(flags),
      ...(flags.deployment !== undefined && { deployment: flags.deployment }),
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
        ...tokenLimitPairs(token),
      ]),
    )
    this.log('Keep the key now: it cannot be shown again.')
    return token
  }
}
