import * as Args from '@oclif/core/args'
import type { Token } from '../../src/api/tokens.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatToken } from '../../src/cli/format-token.ts'

export default class TokensShow extends ClientCommand {
  static override summary = 'Show all there is to know of a token, which never is its key.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> laptop',
    '<%= config.bin %> <%= command.id %> laptop --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> 0b5f6a52-6a2f-4a52-9d9e-3a53f5a3c5d1 --json',
  ]
  static override args = { token: Args.string({ description: 'Its name or its id.', required: true }) }

  async run(): Promise<Token> {
    const { args, flags } = await this.parse(TokensShow)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const token = await connection.client.getToken(args.token)
    this.log(formatToken(token))
    return token
  }
}
