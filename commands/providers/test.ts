import * as Flags from '@oclif/core/flags'
import type { ProviderTest } from '../../src/api/providers.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatProviderTest } from '../../src/cli/format-provider.ts'
import { providerArgument } from '../../src/cli/provider-argument.ts'
import { safe } from '../../src/cli/safe-text.ts'
import { withSpinner } from '../../src/cli/with-spinner.ts'

export default class ProvidersTest extends ClientCommand {
  static override summary = 'Try a provider with a small chat completion.'
  static override description =
    'The network, limits and failures of the upstream are tried up to three times. Exits with 1 if it does not work.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> openrouter',
    '<%= config.bin %> <%= command.id %> openrouter --model openai/gpt-4o-mini',
    '<%= config.bin %> <%= command.id %> openrouter --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> openrouter --json',
  ]
  static override args = providerArgument
  static override flags = {
    model: Flags.string({ summary: "The provider's id of the model to try.", helpValue: 'ID' }),
  }

  async run(): Promise<ProviderTest> {
    const { args, flags } = await this.parse(ProvidersTest)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const test = await withSpinner(`Trying ${safe(args.name)}`, () =>
      connection.client.testProvider(args.name, { ...(flags.model !== undefined && { model: flags.model }) }),
    )
    this.log(formatProviderTest(args.name, test))
    if (!test.ok) process.exitCode = 1
    return test
  }
}
