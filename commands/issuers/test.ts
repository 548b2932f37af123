import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { IssuerTest } from '../../src/api/issuers.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatIssuerTest } from '../../src/cli/format-issuer.ts'
import { readSecret } from '../../src/cli/read-secret.ts'

export default class IssuersTest extends ClientCommand {
  static override summary = 'Fetch the keys of an issuer, and say what a JWT of it is worth.'
  static override description = 'Exits with 1 where the keys cannot be fetched, or the JWT is not accepted.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> keycloak',
    'echo "$JWT" | <%= config.bin %> <%= command.id %> keycloak --jwt-stdin',
    '<%= config.bin %> <%= command.id %> keycloak --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> keycloak --json',
  ]
  static override args = {
    name: Args.string({ description: 'Name of the issuer.', required: true, ignoreStdin: true }),
  }
  static override flags = { 'jwt-stdin': Flags.boolean({ summary: 'Judge the JWT on stdin.' }) }

  async run(): Promise<IssuerTest> {
    const { args, flags } = await this.parse(IssuersTest)
    const jwt = flags['jwt-stdin']
      ? await readSecret({ name: 'JWT', stdinFlag: '--jwt-stdin', fromStdin: true })
      : undefined
    await using connection = await this.connect(flags, { allowInProcess: true })
    const test = await connection.client.testIssuer(args.name, jwt ? { jwt: jwt.reveal().trim() } : {})
    this.log(formatIssuerTest(test))
    if (test.token?.accepted === false) process.exitCode = 1
    return test
  }
}
