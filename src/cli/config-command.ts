import { ClientCommand } from './client-command.ts'
import { formatSetting } from './format-setting.ts'
import { locateSettings, type SettingsPlace } from './settings-place.ts'

/** A command about the settings: of the daemon, or where none runs those that one would start with. */
export abstract class ConfigCommand extends ClientCommand {
  protected locate(flags: { host?: string | undefined; token?: string | undefined }): Promise<SettingsPlace> {
    return locateSettings({
      connect: () => this.connect(flags, { allowInProcess: false }),
      isNamed: Boolean(flags.host ?? process.env['LLMD_HOST']),
      paths: this.paths,
    })
  }

  /** What has to be done for the change of a setting to hold. */
  protected tellNext({ inForce }: SettingsPlace, name: string): void {
    const setting = inForce?.find((one) => one.name === name)
    if (!setting) return
    const { source, value, live } = setting
    if (source === 'flag' || source === 'environment') {
      const from = source === 'flag' ? 'A flag' : 'A variable'
      this.log(`${from} of the daemon wins over it: ${name} is ${formatSetting(value)}.`)
    } else this.log(`Apply it with: llmd ${live ? 'reload' : 'restart'}`)
  }
}
