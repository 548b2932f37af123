import * as Flags from '@oclif/core/flags'
import type { Provider } from '../../src/api/providers.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { confirm } from '../../src/cli/confirm.ts'
import { providerArgument } from '../../src/cli/provider-argument.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class ProvidersRemove extends ClientCommand {
  static override summary = 'Forget a provider and its key. Its models are gone.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> openrouter',
    '<%= config.bin %> <%= command.id %> openrouter --yes',
    '<%= config.bin %> <%= command.id %> openrouter --yes --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> openrouter --yes --json',
  ]
  static override args = providerArgument
  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }) }

  async run(): Promise<Provider> {
    const { args, flags } = await this.parse(ProvidersRemove)
    if (!(await confirm(`Remove ${safe(args.name)}, its key and its models?`, flags))) this.exit(1)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const provider = await connection.client.removeProvider(args.name)
    const aliases = provider.aliases.map((alias) => safe(alias)).join(', ')
    this.log(`Removed ${safe(provider.name)}.`)
    if (aliases !== '') this.log(`These names lead nowhere now: ${aliases}`)
    return provider
  }
}
