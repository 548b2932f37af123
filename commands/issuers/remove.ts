import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { Issuer } from '../../src/api/issuers.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { confirm } from '../../src/cli/confirm.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class IssuersRemove extends ClientCommand {
  static override summary = 'Trust an issuer no more. The keys that its users made are revoked.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> keycloak',
    '<%= config.bin %> <%= command.id %> keycloak --yes',
    '<%= config.bin %> <%= command.id %> keycloak --yes --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> keycloak --yes --json',
  ]
  static override args = { name: Args.string({ description: 'Name of the issuer.', required: true }) }
  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }) }

  async run(): Promise<Issuer> {
    const { args, flags } = await this.parse(IssuersRemove)
    const question = `Remove ${safe(args.name)}? Its users lose access, and so do the keys that they made.`
    if (!(await confirm(question, flags))) this.exit(1)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const issuer = await connection.client.removeIssuer(args.name)
    this.log(`Removed ${safe(issuer.name)}, and revoked the keys of its users.`)
    return issuer
  }
}
