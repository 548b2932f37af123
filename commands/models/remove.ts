import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { Model } from '../../src/api/models.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { confirm } from '../../src/cli/confirm.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class ModelsRemove extends ClientCommand {
  static override summary = 'Forget a model. Its file stays, unless you say otherwise.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> qwen3:8b',
    '<%= config.bin %> <%= command.id %> qwen3:8b --yes',
    '<%= config.bin %> <%= command.id %> qwen3:8b --delete-file',
    '<%= config.bin %> <%= command.id %> qwen3:8b --yes --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> qwen3:8b --yes --json',
  ]
  static override args = { name: Args.string({ description: 'Name of the model.', required: true }) }
  static override flags = {
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
    'delete-file': Flags.boolean({ summary: 'Remove its file too, which llmd has to have downloaded.' }),
  }

  async run(): Promise<Model> {
    const { args, flags } = await this.parse(ModelsRemove)
    const deleteFile = flags['delete-file']
    const what = deleteFile ? `${safe(args.name)} and its file` : safe(args.name)
    if (!(await confirm(`Remove ${what}?`, flags))) this.exit(1)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const model = await connection.client.removeModel(args.name, { deleteFile })
    const stays = model.kind === 'local' && !deleteFile
    const rest = stays ? `; its file is still at ${safe(model.file.path)}` : '.'
    this.log(`Removed ${deleteFile ? `${safe(model.name)} and its file` : safe(model.name)}${rest}`)
    return model
  }
}
