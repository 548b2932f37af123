import type { Provider } from '../../src/api/providers.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatFirst } from '../../src/cli/format-provider.ts'
import { formatTable } from '../../src/cli/table.ts'

export default class ProvidersList extends ClientCommand {
  static override summary = 'List the providers.'
  static override hiddenAliases = ['providers']
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<{ data: Provider[] }> {
    const { flags } = await this.parse(ProvidersList)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const providers = await connection.client.listProviders()
    this.log(
      providers.length === 0
        ? 'There are no providers yet. Add one with: llmd providers add NAME --preset openai'
        : formatTable(
            ['NAME', 'FORMAT', 'BASE URL', 'PREFIX', 'STATE', 'MODELS'],
            providers.map(({ name, format, base_url, prefix, health, served }) => [
              name,
              format,
              base_url,
              prefix ?? '-',
              health.state,
              formatFirst(served, 2) || '-',
            ]),
          ),
    )
    return { data: providers }
  }
}
