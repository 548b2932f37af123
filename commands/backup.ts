import { resolve } from 'node:path'
import * as Args from '@oclif/core/args'
import { ClientCommand } from '../src/cli/client-command.ts'
import { formatBytes } from '../src/cli/format.ts'
import { safe } from '../src/cli/safe-text.ts'
import { saveFile } from '../src/cli/save-file.ts'

export default class Backup extends ClientCommand {
  static override summary = 'Save models, tokens, providers and usage to one file.'
  static override description = `The daemon goes on meanwhile. The file is a tar, for its owner alone; llmd restore puts it back.
It never holds the master key, without which the keys of providers cannot be read: save that once with llmd vault export. Nor does it hold model files and config.json.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> llmd-backup.tar',
    '<%= config.bin %> <%= command.id %> "llmd-$(date +%F).tar" --json',
    '<%= config.bin %> <%= command.id %> llmd-backup.tar --host http://10.0.0.5:5563 --token "$TOKEN"',
  ]
  static override args = {
    file: Args.string({
      description: 'File to make; it must not be there yet.',
      required: true,
      ignoreStdin: true,
    }),
  }

  async run(): Promise<{ file: string; bytes: number }> {
    const { args, flags } = await this.parse(Backup)
    const file = resolve(args.file)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const bytes = await saveFile(file, connection.client.backup())
    this.log(`The backup is in ${safe(file)} (${formatBytes(bytes)}).`)
    this.log('It does not hold the master key; save that once with: llmd vault export FILE')
    return { file, bytes }
  }
}
