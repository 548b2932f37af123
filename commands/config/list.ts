import type { Setting } from '../../src/api/settings.ts'
import { ConfigCommand } from '../../src/cli/config-command.ts'
import { formatSetting } from '../../src/cli/format-setting.ts'
import { settingsAt } from '../../src/cli/settings-place.ts'
import { formatTable } from '../../src/cli/table.ts'

export default class ConfigList extends ConfigCommand {
  static override summary = 'List the settings in force, and where each came from.'
  static override description =
    'Of the daemon; where none runs, those that one would start with. The last column tells what applies a change.'
  static override hiddenAliases = ['config']
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<{ data: Setting[]; path: string }> {
    const { flags } = await this.parse(ConfigList)
    const place = await this.locate(flags)
    const data = settingsAt(place, process.env)
    const rows = data.map(({ name, value, source, live }) => [
      name,
      formatSetting(value),
      source,
      live ? 'reload' : 'restart',
    ])
    this.log(formatTable(['SETTING', 'VALUE', 'FROM', 'CHANGED BY'], rows))
    return { data, path: place.path }
  }
}
