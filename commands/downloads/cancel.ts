import * as Flags from '@oclif/core/flags'
import type { Download } from '../../src/api/downloads.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { confirm } from '../../src/cli/confirm.ts'
import { downloadArgument } from '../../src/cli/download-argument.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class DownloadsCancel extends ClientCommand {
  static override summary = 'End a download and remove what is there of it.'
  static override description = 'One that is finished is only taken off the list: its model stays.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> qwen3-8b',
    '<%= config.bin %> <%= command.id %> 5d41402a --yes',
    '<%= config.bin %> <%= command.id %> 5d41402a --yes --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> 5d41402a --yes --json',
  ]
  static override args = downloadArgument
  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }) }

  async run(): Promise<Download> {
    const { args, flags } = await this.parse(DownloadsCancel)
    if (!(await confirm(`Cancel the download ${safe(args.id)}?`, flags))) this.exit(1)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const download = await connection.client.cancelDownload(args.id)
    const { name, state } = download
    this.log(
      state === 'finished'
        ? `${safe(name)} stays; its download is off the list.`
        : `Cancelled ${safe(name)}.`,
    )
    return download
  }
}
