import * as Args from '@oclif/core/args'
import type { LocalModel } from '../../src/api/models.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class ModelsUnload extends ClientCommand {
  static override summary = 'End the engine of a model, and free its memory.'
  static override description = 'Refused while it answers requests. The next request loads it again.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> qwen3:8b',
    '<%= config.bin %> <%= command.id %> qwen3:8b --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> qwen3:8b --json',
  ]
  static override args = { name: Args.string({ description: 'Name of the model.', required: true }) }

  async run(): Promise<LocalModel> {
    const { args, flags } = await this.parse(ModelsUnload)
    await using connection = await this.connect(flags, { allowInProcess: false })
    const model = await connection.client.unloadModel(args.name)
    this.log(`${safe(model.name)} is unloaded.`)
    return model
  }
}
