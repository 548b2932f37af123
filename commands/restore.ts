import { resolve } from 'node:path'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { Restored } from '../src/backup/restore-backup.ts'
import { BaseCommand } from '../src/cli/base-command.ts'
import { confirm } from '../src/cli/confirm.ts'
import { safe } from '../src/cli/safe-text.ts'

export default class Restore extends BaseCommand {
  static override summary = 'Put back what a backup holds.'
  static override description = `The daemon has to be stopped. All of the backup is checked first: whether it is whole, and whether this llmd knows its schema. What was there is kept in a folder beside.
Copies that llmd made before it changed the schema (state.db.v*.backup) can be put back as well. The master key stays as it is; llmd vault import brings one back.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> llmd-backup.tar',
    '<%= config.bin %> <%= command.id %> llmd-backup.tar --yes --json',
  ]
  static override args = {
    file: Args.string({ description: 'A backup.', required: true, ignoreStdin: true }),
  }
  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }) }

  async run(): Promise<Restored> {
    const { args, flags } = await this.parse(Restore)
    const file = resolve(args.file)
    if (!(await confirm(`Replace what is in ${safe(this.paths.data)}?`, flags))) this.exit(1)
    // Not at the top: the list of commands is made by loading them all.
    const { restoreBackup } = await import('../src/backup/restore-backup.ts')
    const restored = await restoreBackup({ file, paths: this.paths })
    this.log(`Put back: ${restored.files.join(', ')}.`)
    if (restored.replaced !== null) this.log(`What was there is in ${safe(restored.replaced)}`)
    this.log('Whether the keys of providers can be read, tells: llmd vault status')
    return restored
  }
}
