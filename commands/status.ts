import type { ActiveCapture } from '../src/api/capture.ts'
import type { Status as DaemonStatus } from '../src/api/status.ts'
import { ClientCommand } from '../src/cli/client-command.ts'
import { formatBytes, formatDuration } from '../src/cli/format.ts'
import { safe } from '../src/cli/safe-text.ts'
import { formatPairs } from '../src/cli/table.ts'

export default class Status extends ClientCommand {
  static override summary = 'Show whether the daemon runs, and what it is doing.'
  static override description = 'Exits with 3 when no daemon runs.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<DaemonStatus> {
    const { flags } = await this.parse(Status)
    await using connection = await this.connect(flags, { allowInProcess: false })
    const status = await connection.client.status()
    const { fronts, models, requests, memory, capture } = status
    this.log(
      formatPairs([
        ['State', status.draining ? 'draining' : 'running'],
        ['Pid', String(status.pid)],
        ['Version', status.version],
        ['Uptime', formatDuration(status.uptime_seconds)],
        ...status.listeners.map((listener, index): [string, string] => [
          index === 0 ? 'Listens on' : '',
          listener,
        ]),
        ...(fronts.length > 0 ? [describeFronts(fronts)] : []),
        ['Models', `${models.total}, ${models.loaded} loaded`],
        ['Requests', `${requests.active} active, ${requests.queued} queued, ${requests.served} served`],
        [
          'Memory',
          `${formatBytes(memory.daemon_bytes)} daemon, ${formatBytes(memory.engines_bytes)} engines`,
        ],
        ...status.gpus.map(({ name, used_bytes, total_bytes }): [string, string] => [
          'GPU',
          `${safe(name)}, ${formatBytes(used_bytes)} of ${formatBytes(total_bytes)} used`,
        ]),
        ...(capture ? [describeCapture(capture)] : []),
      ]),
    )
    return status
  }
}

function describeFronts(fronts: DaemonStatus['fronts']): [string, string] {
  return ['Fronts', `${fronts.length} beside the daemon`]
}

function describeCapture({ until, model, file }: ActiveCapture): [string, string] {
  const whose = model === null ? 'all prompts and answers' : `prompts and answers of ${safe(model)}`
  return [
    'Captures',
    `${whose}, in ${safe(file)}; ends in ${formatDuration((Date.parse(until) - Date.now()) / 1000)}`,
  ]
}
