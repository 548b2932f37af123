import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { Model } from '../../src/api/models.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { confirm } from '../../src/cli/confirm.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class ModelsRemove extends ClientCommand {
  static override summary = 'Forget a model. Its file stays.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> qwen3:8b',
    '<%= config.bin %> <%= command.id %> qwen3:8b --yes',
    '<%= config.bin %> <%= command.id %> qwen3:8b --yes --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> qwen3:8b --yes --json',
  ]
  static override args = { name: Args.string({ description: 'Name of the model.', required: true }) }
  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }) }

  async run(): Promise<Model> {
    const { args, flags } = await this.parse(ModelsRemove)
    if (!(await confirm(`Remove ${safe(args.name)}?`, flags))) this.exit(1)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const model = await connection.client.removeModel(args.name)
    this.log(`Removed ${safe(model.name)}; its file is still at ${safe(model.file.path)}`)
    return model
  }
}
