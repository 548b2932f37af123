import * as Args from '@oclif/core/args'
import type { Issuer } from '../../src/api/issuers.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { givenIssuerSettings, issuerFlags } from '../../src/cli/issuer-flags.ts'
import { safe } from '../../src/cli/safe-text.ts'
import { LlmdError } from '../../src/errors.ts'

export default class IssuersAdd extends ClientCommand {
  static override summary = 'Trust an issuer of JWTs: its users then need no token of llmd.'
  static override description =
    'A JWT is accepted that the issuer signed for this audience and that has not expired. What its user may do is said by a claim and --grant; without them, and without --default-scope, it is nothing.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> keycloak https://login.example/realms/main --audience llmd --scope-claim realm_access.roles --grant llm-user=llm-all --grant llm-admin=admin',
    '<%= config.bin %> <%= command.id %> work https://login.example/ --audience llmd --audience lab --default-scope llm-all',
    '<%= config.bin %> <%= command.id %> ci https://ci.example --audience llmd --jwks-url https://ci.example/keys --algorithm ES256 --grant models=llm-all',
    '<%= config.bin %> <%= command.id %> work https://login.example --audience llmd --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> work https://login.example --audience llmd --json',
  ]
  static override args = {
    name: Args.string({ description: 'What to call it.', required: true, ignoreStdin: true }),
    issuer: Args.string({
      description: 'iss of its JWTs, to the letter.',
      required: true,
      ignoreStdin: true,
    }),
  }
  static override flags = issuerFlags

  async run(): Promise<Issuer> {
    const { args, flags } = await this.parse(IssuersAdd)
    const { audience, ...settings } = givenIssuerSettings(flags)
    if (!audience) {
      throw new LlmdError('invalid_request', 'It has to be said for whom its JWTs are.', {
        hint: 'Say what their aud is, with --audience.',
      })
    }
    await using connection = await this.connect(flags, { allowInProcess: true })
    const issuer = await connection.client.addIssuer({ ...args, audience, ...settings })
    const name = safe(issuer.name)
    this.log(`Added ${name}. Try it with: llmd issuers test ${name}`)
    if (issuer.grants.length + issuer.default_scopes.length === 0) {
      this.log(`Its users may do nothing yet. Say what: llmd issuers edit ${name} --grant VALUE=llm-all`)
    }
    return issuer
  }
}
