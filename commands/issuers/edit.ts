import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { EditIssuer, Issuer } from '../../src/api/issuers.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatGrants } from '../../src/cli/format-issuer.ts'
import { givenIssuerSettings, issuerFlags } from '../../src/cli/issuer-flags.ts'
import { safe } from '../../src/cli/safe-text.ts'
import { LlmdError } from '../../src/errors.ts'

const resets = {
  'jwks-url': { jwks_url: null },
  grant: { grants: [] },
  'default-scope': { default_scopes: [] },
} satisfies Record<string, EditIssuer>

export default class IssuersEdit extends ClientCommand {
  static override summary = 'Change what is asked of the JWTs of an issuer, and what they grant.'
  static override description =
    'What no flag says stays as it is; a flag that can be given several times replaces all that it said before. The change holds at once.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> keycloak --grant staff=llm-all --grant ops=admin --scope-claim groups',
    '<%= config.bin %> <%= command.id %> keycloak --audience llmd --audience lab --algorithm RS256',
    '<%= config.bin %> <%= command.id %> ci --jwks-url https://ci.example/new-keys --default-scope llm-all',
    '<%= config.bin %> <%= command.id %> ci --reset jwks-url --reset default-scope',
    '<%= config.bin %> <%= command.id %> ci --audience llmd --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> ci --audience llmd --json',
  ]
  static override args = {
    name: Args.string({ description: 'Name of the issuer.', required: true, ignoreStdin: true }),
  }
  static override flags = {
    ...issuerFlags,
    reset: Flags.option({
      summary: 'Flag to take back; can be given several times.',
      options: ['jwks-url', 'grant', 'default-scope'] as const,
      multiple: true,
      multipleNonGreedy: true,
    })(),
  }

  async run(): Promise<Issuer> {
    const { args, flags } = await this.parse(IssuersEdit)
    const taken: EditIssuer[] = flags.reset?.map((flag) => resets[flag]) ?? []
    const change: EditIssuer = Object.assign({}, ...taken, givenIssuerSettings(flags))
    if (Object.keys(change).length === 0) {
      throw new LlmdError('invalid_request', 'There is nothing to change.', {
        hint: 'Say what, as in: llmd issuers edit NAME --grant VALUE=llm-all',
      })
    }
    await using connection = await this.connect(flags, { allowInProcess: true })
    const issuer = await connection.client.editIssuer(args.name, change)
    this.log(`Changed ${safe(issuer.name)}. It grants: ${safe(formatGrants(issuer))}`)
    return issuer
  }
}
