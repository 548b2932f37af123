import type { Reloaded } from '../src/api/settings.ts'
import { ClientCommand } from '../src/cli/client-command.ts'

export default class Reload extends ClientCommand {
  static override summary = 'Have the daemon read its settings again.'
  static override description =
    'What can be applied at once is; loaded models and open requests go on. It tells what needs a restart. Settings that are wrong change nothing.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<Reloaded> {
    const { flags } = await this.parse(Reload)
    await using connection = await this.connect(flags, { allowInProcess: false })
    const reloaded = await connection.client.reload()
    const { applied, needs_restart } = reloaded
    if (applied.length > 0) this.log(`Applied: ${applied.join(', ')}`)
    if (needs_restart.length > 0) this.log(`Need a restart: ${needs_restart.join(', ')}`)
    if (applied.length + needs_restart.length === 0) this.log('Nothing has changed.')
    return reloaded
  }
}
