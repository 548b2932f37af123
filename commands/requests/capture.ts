import * as Flags from '@oclif/core/flags'
import type { ActiveCapture } from '../../src/api/capture.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { parseDuration } from '../../src/cli/duration.ts'
import { formatDuration } from '../../src/cli/format.ts'

export default class RequestsCapture extends ClientCommand {
  static override summary = 'Write prompts and answers to a file, for a time.'
  static override description = `They go to captured.jsonl in the folder of the log, at most 64 KB of each, and never into the log itself.
The capture ends when its time is over, and with the daemon.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --for 1h --model llmd-demo',
    '<%= config.bin %> <%= command.id %> --off',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]
  static override flags = {
    for: Flags.string({
      summary: 'How long, as in 30s, 10m or 2h; at most a day.',
      default: '10m',
      helpValue: 'TIME',
    }),
    model: Flags.string({
      summary: 'Requests to this model alone, as clients name it.',
      helpValue: 'NAME',
      exclusive: ['off'],
    }),
    off: Flags.boolean({ summary: 'End it now.' }),
  }

  async run(): Promise<{ capture: ActiveCapture | null }> {
    const { flags } = await this.parse(RequestsCapture)
    await using connection = await this.connect(flags, { allowInProcess: false })
    const { client } = connection
    if (flags.off) {
      await client.stopCapture()
      this.log('Prompts and answers are not captured.')
      return { capture: null }
    }
    const seconds = parseDuration(flags.for) / 1000
    const capture = await client.startCapture({
      seconds,
      ...(flags.model !== undefined && { model: flags.model }),
    })
    this.log(`Prompts and answers are captured in ${capture.file}`)
    this.log(`It ends in ${formatDuration(seconds)}, or with: llmd requests capture --off`)
    return { capture }
  }
}
