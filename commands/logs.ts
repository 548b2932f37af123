import * as Flags from '@oclif/core/flags'
import { ClientCommand } from '../src/cli/client-command.ts'
import { parseDuration } from '../src/cli/duration.ts'
import { followLog } from '../src/cli/follow-log.ts'
import { formatLogEntry } from '../src/cli/format-log-entry.ts'
import { interruptSignal } from '../src/cli/interrupt-signal.ts'
import { paintFor } from '../src/cli/paint.ts'
import { readLog } from '../src/cli/read-log.ts'
import { safe, safeJson } from '../src/cli/safe-text.ts'
import { writePainted } from '../src/cli/write-painted.ts'
import type { LogEntry } from '../src/api/logs.ts'
import { readStoredLogs } from '../src/client/read-stored-logs.ts'
import { logLevels } from '../src/log.ts'

export default class Logs extends ClientCommand {
  static override summary = 'Print the log of the daemon.'
  static override description = `The last lines, or all since a time. With no daemon running it reads the log's files.
With --follow it goes on until Ctrl-C, also when the daemon ends and starts again. With --json each line is a JSON document.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --follow --level warn',
    '<%= config.bin %> <%= command.id %> --since 10m --model llmd-demo',
    '<%= config.bin %> <%= command.id %> --request req_30d846ac6e0fc7104600bdb2',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json | jq .message',
  ]
  static override flags = {
    follow: Flags.boolean({ char: 'f', summary: 'Go on with what comes.' }),
    since: Flags.string({ summary: 'Lines of this time alone: 30s, 10m, 12h or 90d.', helpValue: 'TIME' }),
    level: Flags.option({ summary: 'Lines of this level and those above.', options: logLevels })(),
    model: Flags.string({ summary: 'Lines about this model alone.', helpValue: 'NAME' }),
    request: Flags.string({ summary: 'Lines about this request alone.', helpValue: 'ID' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Logs)
    const { follow, since, level, model, request } = flags
    const isElsewhere = flags.host !== undefined || Boolean(process.env['LLMD_HOST'])
    const source = {
      filter: {
        ...(since !== undefined && { since: new Date(Date.now() - parseDuration(since)).toISOString() }),
        ...(level !== undefined && { level }),
        ...(model !== undefined && { model }),
        ...(request !== undefined && { request }),
      },
      signal: interruptSignal(),
      connect: () => this.connect(flags, { allowInProcess: false }),
      ...(!isElsewhere && { stored: (filter: object) => readStoredLogs(this.paths.daemonLog, filter) }),
    }
    const paint = paintFor(process.stdout, process.env)
    const format = (entry: LogEntry) =>
      this.jsonEnabled() ? safeJson(entry, { indent: 0 }) : formatLogEntry(entry, paint)
    for await (const item of follow ? followLog({ ...source, note }) : readLog(source)) {
      if (item.type === 'dropped') note(`${item.count} lines came faster than they could be read.`)
      else await writePainted(`${format(item.entry)}\n`)
    }
  }

  /** An error is a line of its own, too. */
  protected override logJson(json: unknown): void {
    process.stdout.write(`${safeJson(json, { indent: 0 })}\n`)
  }
}

function note(text: string): void {
  process.stderr.write(`${safe(text)}\n`)
}
