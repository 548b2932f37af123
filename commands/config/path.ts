import { ConfigCommand } from '../../src/cli/config-command.ts'

export default class ConfigPath extends ConfigCommand {
  static override summary = 'Print where config.json is, or would be.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host unix:///run/llmd/llmd.sock --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<{ path: string }> {
    const { flags } = await this.parse(ConfigPath)
    const { path } = await this.locate(flags)
    this.log(path)
    return { path }
  }
}
