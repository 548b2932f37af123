import type { OpenRequest } from '../../src/api/requests.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatRelativeTime } from '../../src/cli/format.ts'
import { formatTable } from '../../src/cli/table.ts'

export default class RequestsList extends ClientCommand {
  static override summary = 'List the requests that models are answering.'
  static override hiddenAliases = ['requests']
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<{ data: OpenRequest[] }> {
    const { flags } = await this.parse(RequestsList)
    await using connection = await this.connect(flags, { allowInProcess: false })
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
}
