import { ClientCommand } from '../src/cli/client-command.ts'
import { stopDaemon } from '../src/cli/stop-daemon.ts'
import { LlmdError } from '../src/errors.ts'

export default class Stop extends ClientCommand {
  static override summary = 'Stop the daemon.'
  static override description =
    'Open requests may end first, for as long as the settings say. Resolves once the daemon is gone; where none runs there is nothing to do.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<{ stopped: boolean; pid: number | null }> {
    const { flags } = await this.parse(Stop)
    try {
      await using connection = await this.connect(flags, { allowInProcess: false })
      const pid = await stopDaemon(connection)
      this.log(`The daemon (pid ${pid}) has ended.`)
      return { stopped: true, pid }
    } catch (error) {
      if (!(error instanceof LlmdError) || error.code !== 'daemon_unreachable') throw error
      this.log('No daemon is running.')
      return { stopped: false, pid: null }
    }
  }
}
