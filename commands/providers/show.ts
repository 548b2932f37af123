import type { Provider } from '../../src/api/providers.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatProvider } from '../../src/cli/format-provider.ts'
import { providerArgument } from '../../src/cli/provider-argument.ts'

export default class ProvidersShow extends ClientCommand {
  static override summary = 'Show all there is to know of a provider, but for its key.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> openrouter',
    '<%= config.bin %> <%= command.id %> openrouter --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> openrouter --json',
  ]
  static override args = providerArgument

  async run(): Promise<Provider> {
    const { args, flags } = await this.parse(ProvidersShow)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const provider = await connection.client.getProvider(args.name)
    this.log(formatProvider(provider))
    return provider
  }
}
