import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { Token } from '../../src/api/tokens.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { confirm } from '../../src/cli/confirm.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class TokensRevoke extends ClientCommand {
  static override summary = 'Revoke a token, at once and for good.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> laptop',
    '<%= config.bin %> <%= command.id %> 0b5f6a52-6a2f-4a52-9d9e-3a53f5a3c5d1 --yes',
    '<%= config.bin %> <%= command.id %> laptop --yes --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> laptop --yes --json',
  ]
  static override args = { token: Args.string({ description: 'Its name or its id.', required: true }) }
  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }) }

  async run(): Promise<Token> {
    const { args, flags } = await this.parse(TokensRevoke)
    if (!(await confirm(`Revoke ${safe(args.token)}? Whoever uses it loses access.`, flags))) this.exit(1)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const token = await connection.client.revokeToken(args.token)
    this.log(`Revoked ${safe(token.name)} (${safe(token.masked)}).`)
    return token
  }
}
