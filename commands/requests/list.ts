import * as Flags from '@oclif/core/flags'
import type { OpenRequest, RequestStory } from '../../src/api/requests.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { followRequests } from '../../src/cli/follow-requests.ts'
import { formatRequestHeading, formatRequestRow } from '../../src/cli/format-request-row.ts'
import { formatRelativeTime } from '../../src/cli/format.ts'
import { interruptSignal } from '../../src/cli/interrupt-signal.ts'
import { safeJson } from '../../src/cli/safe-text.ts'
import { formatTable, terminalWidth } from '../../src/cli/table.ts'
import { writePainted } from '../../src/cli/write-painted.ts'
import type { Client } from '../../src/client/create-client.ts'

export default class RequestsList extends ClientCommand {
  static override summary = 'List the requests that models are answering.'
  static override description = `With --follow it tells of each request when it is over, and on a terminal of those that are open below, until Ctrl-C
or until the daemon ends. FIRST is the time to the first byte. With --json each line is then a JSON document.`
  static override hiddenAliases = ['requests']
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --follow',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]
  static override flags = {
    follow: Flags.boolean({ char: 'f', summary: 'Go on with requests as they come and go.' }),
  }

  async run(): Promise<{ data: OpenRequest[] } | undefined> {
    const { flags } = await this.parse(RequestsList)
    await using connection = await this.connect(flags, { allowInProcess: false })
    if (flags.follow) return await this.follow(connection.client)
    const requests = await connection.client.listRequests()
    this.log(
      requests.length === 0
        ? 'No model is answering a request.'
        : formatTable(
            ['ID', 'PATH', 'MODEL', 'STARTED'],
            requests.map(({ id, path, model, started_at }) => [
              id,
              path,
              model ?? '-',
              formatRelativeTime(started_at),
            ]),
          ),
    )
    return { data: requests }
  }

  private async follow(client: Client): Promise<undefined> {
    const isJson = this.jsonEnabled()
    const width = terminalWidth()
    const format = (story: RequestStory) =>
      isJson ? safeJson(story, { indent: 0 }) : formatRequestRow(story, width)
    const signal = interruptSignal()
    this.log(formatRequestHeading(width))
    await followRequests({
      client,
      signal,
      format,
      write: writePainted,
      live: process.stdout.isTTY && !isJson,
    })
  }
}
