import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { EditToken, Token } from '../../src/api/tokens.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { safe } from '../../src/cli/safe-text.ts'
import { readTokenEnd, tokenFlags } from '../../src/cli/token-flags.ts'
import {
  givenTokenLimits,
  resetTokenLimits,
  resettableTokenFlags,
  tokenLimitFlags,
} from '../../src/cli/token-limit-flags.ts'
import { LlmdError } from '../../src/errors.ts'

export default class TokensEdit extends ClientCommand {
  static override summary = 'Change the name, the scopes, the end or the limits of a token.'
  static override description =
    'What no flag says stays as it is, and so does the key. The change holds at once.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> laptop --expires 90d',
    '<%= config.bin %> <%= command.id %> laptop --name notebook --scope llm-all --scope metrics',
    '<%= config.bin %> <%= command.id %> laptop --model qwen3:8b --rpm 30 --tpm 20000',
    '<%= config.bin %> <%= command.id %> laptop --credits 100 --budget 200/month',
    '<%= config.bin %> <%= command.id %> laptop --reset credits --reset model',
    '<%= config.bin %> <%= command.id %> laptop --expires never --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> laptop --expires 90d --json',
  ]
  static override args = { token: Args.string({ description: 'Its name or its id.', required: true }) }
  static override flags = {
    name: Flags.string({ summary: 'What to call it from now on.', helpValue: 'NAME' }),
    ...tokenFlags,
    ...tokenLimitFlags,
    reset: Flags.option({
      summary: 'Flag to take back; can be given several times.',
      options: resettableTokenFlags,
      multiple: true,
      multipleNonGreedy: true,
    })(),
  }

  async run(): Promise<Token> {
    const { args, flags } = await this.parse(TokensEdit)
    const change: EditToken = {
      ...(flags.name !== undefined && { name: flags.name }),
      ...(flags.scope && { scopes: flags.scope }),
      ...(flags.expires !== undefined && { expires_at: readTokenEnd(flags.expires) }),
      ...resetTokenLimits(flags.reset ?? []),
      ...givenTokenLimits(flags),
    }
    if (Object.keys(change).length === 0) {
      throw new LlmdError('invalid_request', 'There is nothing to change.', {
        hint: 'Say what, as in: llmd tokens edit NAME --expires 90d',
      })
    }
    await using connection = await this.connect(flags, { allowInProcess: true })
    const token = await connection.client.editToken(args.token, change)
    this.log(`Changed ${safe(token.name)}.`)
    return token
  }
}
