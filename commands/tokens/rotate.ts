import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { CreatedToken } from '../../src/api/tokens.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { confirm } from '../../src/cli/confirm.ts'
import { formatToken } from '../../src/cli/format-token.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class TokensRotate extends ClientCommand {
  static override summary = 'Give a token another key, which is shown this once.'
  static override description =
    'The key that it had is refused at once. Name, id, scopes, end and usage stay.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> laptop',
    'export OPENAI_API_KEY="$(<%= config.bin %> <%= command.id %> script --yes --print-token)"',
    '<%= config.bin %> <%= command.id %> laptop --yes --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> laptop --yes --json',
  ]
  static override args = { token: Args.string({ description: 'Its name or its id.', required: true }) }
  static override flags = {
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
    'print-token': Flags.boolean({ summary: 'Print the key and nothing else.', exclusive: ['json'] }),
  }

  async run(): Promise<CreatedToken> {
    const { args, flags } = await this.parse(TokensRotate)
    const question = `Replace the key of ${safe(args.token)}? Whoever uses the old one loses access.`
    if (!(await confirm(question, flags))) this.exit(1)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const token = await connection.client.rotateToken(args.token)
    this.log(
      flags['print-token'] ? token.key : `${formatToken(token)}\nKeep the key now: it cannot be shown again.`,
    )
    return token
  }
}
