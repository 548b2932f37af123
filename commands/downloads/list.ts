import type { Download } from '../../src/api/downloads.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatReceived, formatState } from '../../src/cli/format-download.ts'
import { formatTable } from '../../src/cli/table.ts'

export default class DownloadsList extends ClientCommand {
  static override summary = 'List the models that are downloaded, or were.'
  static override hiddenAliases = ['downloads']
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<{ data: Download[] }> {
    const { flags } = await this.parse(DownloadsList)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const downloads = await connection.client.listDownloads()
    this.log(
      downloads.length === 0
        ? 'There are no downloads. Begin one with: llmd models pull hf:OWNER/REPO'
        : formatTable(
            ['ID', 'MODEL', 'STATE', 'RECEIVED'],
            downloads.map((download) => [
              download.id,
              download.name,
              formatState(download),
              formatReceived(download),
            ]),
          ),
    )
    return { data: downloads }
  }
}
