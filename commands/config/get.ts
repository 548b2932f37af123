import * as Args from '@oclif/core/args'
import type { Setting } from '../../src/api/settings.ts'
import { ConfigCommand } from '../../src/cli/config-command.ts'
import { formatSetting } from '../../src/cli/format-setting.ts'
import { settingsAt } from '../../src/cli/settings-place.ts'
import { findSetting } from '../../src/config/settings-schema.ts'
import { LlmdError } from '../../src/errors.ts'

export default class ConfigGet extends ConfigCommand {
  static override summary = 'Print the value of a setting.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> server.port',
    '<%= config.bin %> <%= command.id %> log.level --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> server.allowedHosts --json',
  ]
  static override args = { name: Args.string({ description: 'As in server.port.', required: true }) }

  async run(): Promise<Setting> {
    const { args, flags } = await this.parse(ConfigGet)
    findSetting(args.name)
    const place = await this.locate(flags)
    const setting = settingsAt(place, process.env).find(({ name }) => name === args.name)
    if (!setting) throw new LlmdError('not_found', `That daemon does not know the setting ${args.name}.`)
    this.log(formatSetting(setting.value))
    return setting
  }
}
