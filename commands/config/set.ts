import * as Args from '@oclif/core/args'
import { ConfigCommand } from '../../src/cli/config-command.ts'
import { formatSetting } from '../../src/cli/format-setting.ts'
import { localFolder } from '../../src/cli/settings-place.ts'
import { parseSetting } from '../../src/config/parse-setting.ts'
import { changeSettingsFile } from '../../src/config/settings-file.ts'
import { findSetting } from '../../src/config/settings-schema.ts'

export default class ConfigSet extends ConfigCommand {
  static override summary = 'Set a setting in config.json.'
  static override description =
    'It is checked first, and the file is replaced in one step. A variable or a flag of the daemon wins over the file.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> log.level warn',
    '<%= config.bin %> <%= command.id %> server.allowedHosts llm.example.org,llm.example.com',
    'sudo <%= config.bin %> <%= command.id %> server.port 8080 --host unix:///run/llmd/llmd.sock --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> models.ttlSeconds 3600 --json',
  ]
  static override args = {
    name: Args.string({ description: 'As in server.port.', required: true }),
    value: Args.string({ description: 'Commas between the items of a list.', required: true }),
  }

  async run(): Promise<{ name: string; value: unknown; path: string }> {
    const { args, flags } = await this.parse(ConfigSet)
    const { name } = args
    const value = parseSetting(args.value, findSetting(name).schema)
    const place = await this.locate(flags)
    changeSettingsFile(localFolder(place), name, value)
    this.log(`${name} is ${formatSetting(value)} in ${place.path}.`)
    this.tellNext(place, name)
    return { name, value, path: place.path }
  }
}
