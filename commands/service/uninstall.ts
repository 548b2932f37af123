import { rmSync } from 'node:fs'
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../../src/cli/base-command.ts'
import { planFromFlags, serviceFlags } from '../../src/cli/service-flags.ts'
import { safe } from '../../src/cli/safe-text.ts'
import { removeServiceFile } from '../../src/service/service-file.ts'

const { user, system } = serviceFlags

export default class ServiceUninstall extends BaseCommand {
  static override summary = 'Remove the files that make llmd a service.'
  static override description =
    'It stops nothing, and tells what to do next. Models, tokens and settings stay, as do files that were changed by hand.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --user',
    'sudo <%= config.bin %> <%= command.id %> --system',
    'sudo <%= config.bin %> <%= command.id %> --force --json',
  ]
  static override flags = {
    user,
    system,
    force: Flags.boolean({ summary: 'Remove files that were changed by hand, too.' }),
  }

  async run(): Promise<{ removed: string[]; next: string[] }> {
    const { flags } = await this.parse(ServiceUninstall)
    const plan = planFromFlags(
      { ...flags, gpu: false, 'socket-activation': false },
      { root: this.config.root, paths: this.paths },
    )
    const removed = plan.removable.files.filter((path) => removeServiceFile(path, flags))
    if (removed.length === 0) {
      this.log('There is no service to remove.')
      return { removed, next: [] }
    }
    for (const link of plan.removable.links) rmSync(link, { force: true })
    for (const path of removed) this.log(`Removed: ${safe(path)}`)
    this.log('\nNext:')
    for (const command of plan.next.removed) this.log(`  ${safe(command)}`)
    return { removed, next: plan.next.removed }
  }
}
