import type { Download } from '../../src/api/downloads.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { downloadArgument } from '../../src/cli/download-argument.ts'
import { formatDownload } from '../../src/cli/format-download.ts'

export default class DownloadsShow extends ClientCommand {
  static override summary = 'Show how far a download is, where its files go, and why it failed.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> qwen3-8b',
    '<%= config.bin %> <%= command.id %> 5d41402a --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> 5d41402a --json',
  ]
  static override args = downloadArgument

  async run(): Promise<Download> {
    const { args, flags } = await this.parse(DownloadsShow)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const download = await connection.client.getDownload(args.id)
    this.log(formatDownload(download))
    return download
  }
}
