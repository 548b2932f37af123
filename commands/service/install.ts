import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../src/cli/base-command.ts'
import { planFromFlags, serviceFlags } from '../../src/cli/service-flags.ts'
import { safe } from '../../src/cli/safe-text.ts'
import { writeServiceFile } from '../../src/service/service-file.ts'

export default class ServiceInstall extends BaseCommand {
  static override summary = 'Write the files that make llmd a service of systemd or launchd.'
  static override description =
    'It starts nothing, and tells what to do next. Files that were changed by hand are left alone.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --user',
    'sudo <%= config.bin %> <%= command.id %> --system --gpu --socket-activation',
    'sudo <%= config.bin %> <%= command.id %> --force',
    '<%= config.bin %> <%= command.id %> --user --json',
  ]
  static override flags = {
    ...serviceFlags,
    force: Flags.boolean({ summary: 'Replace files that were changed by hand.' }),
  }

  async run(): Promise<{ files: { path: string; written: boolean }[]; next: string[] }> {
    const { flags } = await this.parse(ServiceInstall)
    const plan = planFromFlags(flags, { root: this.config.root, paths: this.paths })
    const files = plan.files.map((file) => ({ path: file.path, written: writeServiceFile(file, flags) }))
    for (const { path, written } of files) {
      this.log(`${written ? 'Written' : 'There already'}: ${safe(path)}`)
    }
    this.log('\nNext:')
    for (const command of plan.next.installed) this.log(`  ${safe(command)}`)
    return { files, next: plan.next.installed }
  }
}
