import type { Download } from '../../src/api/downloads.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { downloadArgument } from '../../src/cli/download-argument.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class DownloadsResume extends ClientCommand {
  static override summary = 'Go on with a download that is paused or has failed.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> qwen3-8b',
    '<%= config.bin %> <%= command.id %> 5d41402a --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> 5d41402a --json',
  ]
  static override args = downloadArgument

  async run(): Promise<Download> {
    const { args, flags } = await this.parse(DownloadsResume)
    await using connection = await this.connect(flags, { allowInProcess: false })
    const download = await connection.client.resumeDownload(args.id)
    this.log(`${safe(download.name)} goes on. See how far it is: llmd downloads show ${safe(download.id)}`)
    return download
  }
}
