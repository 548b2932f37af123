import { BaseCommand } from '../../src/cli/base-command.ts'
import { planFromFlags, serviceFlags } from '../../src/cli/service-flags.ts'
import type { ServiceFile } from '../../src/service/service-file.ts'

export default class ServiceShow extends BaseCommand {
  static override summary = 'Print the files that "llmd service install" would write.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --user',
    '<%= config.bin %> <%= command.id %> --system --gpu --socket-activation',
    '<%= config.bin %> <%= command.id %> --json',
  ]
  static override flags = serviceFlags

  async run(): Promise<{ files: ServiceFile[] }> {
    const { flags } = await this.parse(ServiceShow)
    const { files } = planFromFlags(flags, { root: this.config.root, paths: this.paths })
    const texts = files.map(({ path, text }) => (files.length === 1 ? text : `# ${path}\n\n${text}`))
    this.log(texts.join('\n').trimEnd())
    return { files }
  }
}
