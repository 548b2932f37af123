import { ConfigCommand } from '../../src/cli/config-command.ts'
import { editText } from '../../src/cli/edit-text.ts'
import { localFolder } from '../../src/cli/settings-place.ts'
import { readSettingsText, replaceSettingsFile } from '../../src/config/settings-file.ts'

export default class ConfigEdit extends ConfigCommand {
  static override summary = 'Change config.json in your editor, that of VISUAL or EDITOR.'
  static override description =
    'What you wrote is checked before it takes the place of the file. One that is wrong is kept aside, and named.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'sudo <%= config.bin %> <%= command.id %> --host unix:///run/llmd/llmd.sock --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<{ path: string }> {
    const { flags } = await this.parse(ConfigEdit)
    const place = await this.locate(flags)
    const folder = localFolder(place)
    await editText({
      text: readSettingsText(folder),
      name: 'config.json',
      env: process.env,
      accept: (text) => replaceSettingsFile(folder, text),
    })
    this.log(`Written: ${place.path}`)
    if (place.inForce) this.log('Apply it with: llmd reload')
    return { path: place.path }
  }
}
