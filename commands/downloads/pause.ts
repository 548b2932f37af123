import type { Download } from '../../src/api/downloads.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { downloadArgument } from '../../src/cli/download-argument.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class DownloadsPause extends ClientCommand {
  static override summary = 'Stop a download, and keep what is there.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> qwen3-8b',
    '<%= config.bin %> <%= command.id %> 5d41402a --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> 5d41402a --json',
  ]
  static override args = downloadArgument

  async run(): Promise<Download> {
    const { args, flags } = await this.parse(DownloadsPause)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const download = await connection.client.pauseDownload(args.id)
    this.log(`Paused. Go on with it: llmd downloads resume ${safe(download.id)}`)
    return download
  }
}
