import * as Args from '@oclif/core/args'
import { ConfigCommand } from '../../src/cli/config-command.ts'
import { localFolder } from '../../src/cli/settings-place.ts'
import { changeSettingsFile } from '../../src/config/settings-file.ts'
import { findSetting } from '../../src/config/settings-schema.ts'

export default class ConfigUnset extends ConfigCommand {
  static override summary = 'Take a setting out of config.json, so that its default holds.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> log.level',
    'sudo <%= config.bin %> <%= command.id %> server.port --host unix:///run/llmd/llmd.sock --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> models.ttlSeconds --json',
  ]
  static override args = { name: Args.string({ description: 'As in server.port.', required: true }) }

  async run(): Promise<{ name: string; path: string }> {
    const { args, flags } = await this.parse(ConfigUnset)
    const { name } = args
    findSetting(name)
    const place = await this.locate(flags)
    changeSettingsFile(localFolder(place), name, undefined)
    this.log(`${name} is not in ${place.path}.`)
    this.tellNext(place, name)
    return { name, path: place.path }
  }
}
