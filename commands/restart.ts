import { BaseCommand } from '../src/cli/base-command.ts'
import { greeting } from '../src/cli/greeting.ts'
import { listenFlags, toArguments } from '../src/cli/listen-flags.ts'
import { startDaemon, type StartedDaemon } from '../src/cli/start-daemon.ts'
import { stopDaemon } from '../src/cli/stop-daemon.ts'
import { LlmdError } from '../src/errors.ts'

export default class Restart extends BaseCommand {
  static override summary = 'Stop the daemon, if one runs, and start it again in the background.'
  static override description =
    'It listens where the settings and the flags say, not where the one before did; loaded models are unloaded.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host 0.0.0.0 --port 8080',
    '<%= config.bin %> <%= command.id %> --socket /run/user/1000/llmd.sock',
    '<%= config.bin %> <%= command.id %> --json',
  ]
  static override flags = listenFlags

  async run(): Promise<StartedDaemon> {
    const { flags } = await this.parse(Restart)
    await this.stop()
    const daemon = await startDaemon({
      root: this.config.root,
      args: toArguments(flags),
      paths: this.paths,
      connect: () => this.connectLocally(),
    })
    this.log(`The daemon is running (pid ${daemon.pid}).`)
    this.log(greeting(daemon))
    return daemon
  }

  private async stop(): Promise<void> {
    try {
      await using connection = await this.connectLocally()
      await stopDaemon(connection)
    } catch (error) {
      if (!(error instanceof LlmdError) || error.code !== 'daemon_unreachable') throw error
    }
  }
}
