import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../src/cli/base-command.ts'
import { reportError } from '../src/cli/error-report.ts'
import { greeting } from '../src/cli/greeting.ts'
import { handOver } from '../src/cli/handover.ts'
import { isLoopback } from '../src/cli/is-loopback.ts'
import { listenFlags, type ListenFlags } from '../src/cli/listen-flags.ts'
import { stopSignals } from '../src/cli/stop-signals.ts'

interface ServeFlags extends ListenFlags {
  background: boolean
}

export default class Serve extends BaseCommand {
  static override summary = 'Run the daemon in the foreground.'
  static override description = `Its log goes to stderr, one JSON object a line. At the first start it makes a token and shows it once.
SIGTERM or Ctrl-C lets open requests end first; a second one ends it at once.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host 0.0.0.0 --port 8080',
    '<%= config.bin %> <%= command.id %> --socket /run/user/1000/llmd.sock',
  ]
  static override enableJsonFlag = false
  static override flags = {
    ...listenFlags,
    background: Flags.boolean({ hidden: true, summary: 'Report to whoever started this over IPC.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Serve)
    // A daemon goes on when nobody reads its log.
    process.stderr.on('error', () => {})
    try {
      await this.serve(flags)
    } catch (error) {
      if (flags.background) await handOver({ ready: false, error: reportError(error).report })
      throw error
    }
    // Nothing that is still open may keep a daemon that has ended.
    this.exit()
  }

  protected override onUnread(): void {}

  private async serve({ host, port, socket, background }: ServeFlags): Promise<void> {
    // Not at the top: the list of commands is made by loading them all.
    const { openDaemon } = await import('../src/daemon.ts')
    const signalled = stopSignals()
    await using daemon = await openDaemon({
      paths: this.paths,
      env: process.env,
      kind: 'daemon',
      overrides: { server: { host, port } },
      version: this.config.version,
      writeLog: (line) => void process.stderr.write(line),
    })
    const { firstToken } = daemon
    const listeners = await daemon.listen(socket === undefined ? {} : { socket })
    if (!listeners.every((listener) => isLoopback(listener))) {
      process.stderr.write('Warning: others can reach this address, and tokens travel over it unencrypted.\n')
    }
    if (background) await handOver({ ready: true, listeners, firstToken })
    else this.log(greeting({ listeners, firstToken: firstToken?.key ?? null }))
    await Promise.race([signalled, daemon.stopRequested])
  }
}
