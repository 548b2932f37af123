import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { CreatedToken, Scope } from '../../src/api/tokens.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { parseDuration } from '../../src/cli/duration.ts'
import { formatRelativeTime } from '../../src/cli/format.ts'
import { formatPairs } from '../../src/cli/table.ts'

const scopes = ['llm-all', 'admin'] as const satisfies Scope[]

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
    scope: Flags.option({
      summary: 'What it may do: llm-all calls models, admin manages the daemon. May be repeated.',
      options: scopes,
      multiple: true,
      multipleNonGreedy: true,
      default: ['llm-all'],
    })(),
    expires: Flags.string({
      summary: 'How long it lasts, as in 90d or 12h; without it, until it is revoked.',
      helpValue: 'TIME',
    }),
    'print-token': Flags.boolean({ summary: 'Print the key and nothing else.', exclusive: ['json'] }),
  }

  async run(): Promise<CreatedToken> {
    const { args, flags } = await this.parse(TokensCreate)
    const lifetime = flags.expires === undefined ? undefined : parseDuration(flags.expires)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const token = await connection.client.createToken({
      name: args.name,
      scopes: flags.scope,
      expires_at: lifetime === undefined ? null : new Date(Date.now() + lifetime).toISOString(),
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
