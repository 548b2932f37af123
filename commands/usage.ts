import * as Flags from '@oclif/core/flags'
import { type Usage as UsageAnswer, usageDimensions } from '../src/api/usage.ts'
import { ClientCommand } from '../src/cli/client-command.ts'
import { formatUsage } from '../src/cli/format-usage.ts'
import { parseTime } from '../src/cli/parse-time.ts'
import { terminalWidth } from '../src/cli/table.ts'
import { barStyle } from '../src/cli/usage-bars.ts'
import { formatUsageCsv } from '../src/cli/usage-csv.ts'
import { writeStdout } from '../src/cli/write-stdout.ts'

export default class Usage extends ClientCommand {
  static override summary =
    'Show what requests used: tokens, errors and times, by model, provider, token or day.'
  static override description = `FIRST is the mean time to the first byte of an answer, TIME that of whole requests.
Days are those of UTC. Of requests older than usage.keepDays there are the sums of each day.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --by day --since 7d',
    '<%= config.bin %> <%= command.id %> --by token --since 2026-01-01 --until 2026-02-01 --csv > january.csv',
    '<%= config.bin %> <%= command.id %> --by day --model llmd-demo --of-token laptop',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]
  static override flags = {
    by: Flags.option({
      summary: 'What each row is the sum of.',
      options: usageDimensions,
      default: 'model' as const,
    })(),
    since: Flags.string({
      summary: 'From when on: 12h or 30d ago, or 2026-01-31, with a time or without.',
      helpValue: 'TIME',
      default: '30d',
    }),
    until: Flags.string({ summary: 'Until when, likewise; now where absent.', helpValue: 'TIME' }),
    model: Flags.string({ summary: 'Requests to this name alone.', helpValue: 'NAME' }),
    'of-token': Flags.string({
      summary: 'Requests with this token alone, by its name or id; it may be revoked.',
      helpValue: 'TOKEN',
    }),
    csv: Flags.boolean({ summary: 'Print comma-separated values.', exclusive: ['json'] }),
  }

  async run(): Promise<UsageAnswer> {
    const { flags } = await this.parse(Usage)
    const { by, since, until, model, csv, 'of-token': token } = flags
    await using connection = await this.connect(flags, { allowInProcess: true })
    const usage = await connection.client.usage({
      by,
      since: parseTime(since),
      ...(until !== undefined && { until: parseTime(until) }),
      ...(model !== undefined && { model }),
      ...(token !== undefined && { token }),
    })
    if (csv) await writeStdout(formatUsageCsv(usage))
    else if (usage.data.length === 0) this.log('There were no requests in this time.')
    else this.log(formatUsage(usage, { width: terminalWidth(), bars: barStyle(process.env, process.stdout) }))
    return usage
  }
}
