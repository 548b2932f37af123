import type { ProviderPreset } from '../../src/api/providers.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatTable } from '../../src/cli/table.ts'

export default class ProvidersPresets extends ClientCommand {
  static override summary = 'List the providers that llmd knows, for use with --preset.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<{ data: ProviderPreset[] }> {
    const { flags } = await this.parse(ProvidersPresets)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const presets = await connection.client.listProviderPresets()
    this.log(
      formatTable(
        ['PRESET', 'KEY', 'BASE URL', 'TITLE'],
        presets.map(({ id, needs_key, base_url, base_url_example, title }) => [
          id,
          needs_key ? 'needed' : '-',
          base_url ?? base_url_example ?? '-',
          title,
        ]),
      ),
    )
    return { data: presets }
  }
}
