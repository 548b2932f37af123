import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../src/cli/base-command.ts'
import { reportError } from '../src/cli/error-report.ts'
import { greeting } from '../src/cli/greeting.ts'
import { handOver } from '../src/cli/handover.ts'
import { onHangup } from '../src/cli/hangup-signal.ts'
import { isLoopback } from '../src/cli/is-loopback.ts'
import { letHeapGrow } from '../src/cli/let-heap-grow.ts'
import { listenFlags, type ListenFlags } from '../src/cli/listen-flags.ts'
import { stopSignals } from '../src/cli/stop-signals.ts'
import { createLog } from '../src/log.ts'
import { joinServiceManager } from '../src/service/join-service-manager.ts'

interface ServeFlags extends ListenFlags {
  'no-first-token': boolean
  background: boolean
}

const writeLog = (line: string) => void process.stderr.write(line)

export default class Serve extends BaseCommand {
  static override summary = 'Run the daemon in the foreground.'
  static override description = `Its log goes to stderr, one JSON object a line, unless log.target says otherwise. At the first start it makes a token and shows it once.
SIGTERM or Ctrl-C lets open requests end first; a second one ends it at once. SIGHUP reads the settings again.
Under systemd it says when it is ready, answers the watchdog, and takes the sockets it is handed.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host 0.0.0.0 --port 8080',
    '<%= config.bin %> <%= command.id %> --socket /run/user/1000/llmd.sock',
    '<%= config.bin %> <%= command.id %> --no-first-token',
  ]
  static override enableJsonFlag = false
  static override flags = {
    ...listenFlags,
    'no-first-token': Flags.boolean({
      summary: 'Make no token at the first start: what is shown under a service manager ends up in a log.',
    }),
    background: Flags.boolean({ hidden: true, summary: 'Report to whoever started this over IPC.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Serve)
    // A daemon goes on when nobody reads what it says.
    process.stdout.on('error', () => {})
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

  private async serve({ host, port, socket, background, ...flags }: ServeFlags): Promise<void> {
    // Not at the top: the list of commands is made by loading them all.
    const { openDaemon } = await import('../src/daemon.ts')
    const log = createLog({ level: 'warn', write: writeLog })
    using manager = joinServiceManager(process.env, {
      onFailure: (reason) => log.warn('the service manager cannot be told', { reason }),
    })
    const signalled = stopSignals()
    const hungUp = Promise.withResolvers<void>()
    await using daemon = await openDaemon({
      paths: this.paths,
      env: process.env,
      kind: 'daemon',
      overrides: { server: { host, port } },
      makeFirstToken: !flags['no-first-token'],
      version: this.config.version,
      background,
      writeLog,
    })
    onHangup({ reload: () => void manager.reload(() => daemon.reload()), stop: hungUp.resolve })
    const listeners = await daemon.listen({
      inherited: manager.sockets,
      ...(socket !== undefined && { socket }),
    })
    if (!listeners.every((listener) => isLoopback(listener))) {
      process.stderr.write('Warning: others can reach this address, and tokens travel over it unencrypted.\n')
    }
    if (background) await handOver({ ready: true, listeners, firstToken: daemon.firstToken })
    else this.log(greeting({ listeners, firstToken: daemon.firstToken?.key ?? null }))
    letHeapGrow()
    manager.ready(`Listening on ${listeners.join(' and ')}`)
    await Promise.race([signalled, hungUp.promise, daemon.stopRequested])
    manager.stopping({ withinMs: daemon.closingMs })
  }
}
