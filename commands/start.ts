import { BaseCommand } from '../src/cli/base-command.ts'
import { greeting } from '../src/cli/greeting.ts'
import { listenFlags, toArguments } from '../src/cli/listen-flags.ts'
import { startDaemon, type StartedDaemon } from '../src/cli/start-daemon.ts'

export default class Start extends BaseCommand {
  static override summary = 'Start the daemon in the background.'
  static override description =
    'Returns once it takes requests. If one is running already it says so and leaves it alone.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host 0.0.0.0 --port 8080',
    '<%= config.bin %> <%= command.id %> --socket /run/user/1000/llmd.sock',
    '<%= config.bin %> <%= command.id %> --json',
  ]
  static override flags = listenFlags

  async run(): Promise<StartedDaemon> {
    const { flags } = await this.parse(Start)
    const daemon = await startDaemon({
      root: this.config.root,
      args: toArguments(flags),
      paths: this.paths,
      connect: () => this.connectLocally(),
    })
    this.log(`The daemon ${daemon.started ? 'is running' : 'was running already'} (pid ${daemon.pid}).`)
    this.log(greeting(daemon))
    return daemon
  }
}
