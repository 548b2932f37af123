import * as Flags from '@oclif/core/flags'
import { eventTypes } from '../src/api/events.ts'
import { ClientCommand } from '../src/cli/client-command.ts'
import { formatEvent } from '../src/cli/format-event.ts'
import { interruptSignal } from '../src/cli/interrupt-signal.ts'
import { safeJson } from '../src/cli/safe-text.ts'
import { writeStdout } from '../src/cli/write-stdout.ts'

export default class Events extends ClientCommand {
  static override summary = 'Print what happens in the daemon as it happens, one event a line.'
  static override description =
    'Goes on until Ctrl-C, or until the daemon ends. With --json each line is a JSON document.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --type model.loading --type model.loaded',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json | jq .type',
  ]
  static override flags = {
    type: Flags.option({
      summary: 'Events of this type alone, and those of the stream itself: opened, dropped.',
      options: eventTypes,
      multiple: true,
    })(),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Events)
    await using connection = await this.connect(flags, { allowInProcess: false })
    const signal = interruptSignal()
    const format = this.jsonEnabled() ? (event: object) => safeJson(event, { indent: 0 }) : formatEvent
    const events = connection.client.events({ signal, ...(flags.type && { types: flags.type }) })
    for await (const event of events) await writeStdout(`${format(event)}\n`)
  }

  /** An error is a line of its own, too. */
  protected override logJson(json: unknown): void {
    process.stdout.write(`${safeJson(json, { indent: 0 })}\n`)
  }
}
