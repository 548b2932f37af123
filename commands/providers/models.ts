import type { ProviderModel } from '../../src/api/providers.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { providerArgument } from '../../src/cli/provider-argument.ts'
import { safe } from '../../src/cli/safe-text.ts'
import { formatTable } from '../../src/cli/table.ts'
import { withSpinner } from '../../src/cli/with-spinner.ts'

export default class ProvidersModels extends ClientCommand {
  static override summary = 'List what a provider has, and what of it is served.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> openrouter',
    '<%= config.bin %> <%= command.id %> openrouter --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> openrouter --json',
  ]
  static override args = providerArgument

  async run(): Promise<{ data: ProviderModel[] }> {
    const { args, flags } = await this.parse(ProvidersModels)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const models = await withSpinner(`Asking ${safe(args.name)}`, () =>
      connection.client.listProviderModels(args.name),
    )
    this.log(
      models.length === 0
        ? `${safe(args.name)} lists no models.`
        : formatTable(
            ['ID', 'SERVED AS'],
            models.map(({ id, served_as }) => [id, served_as ?? '-']),
          ),
    )
    return { data: models }
  }
}
