import * as Args from '@oclif/core/args'
import type { Model } from '../../src/api/models.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatModel } from '../../src/cli/format-model.ts'

export default class ModelsShow extends ClientCommand {
  static override summary = 'Show all there is to know of a model.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> qwen3:8b',
    '<%= config.bin %> <%= command.id %> qwen3:8b --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> qwen3:8b --json',
  ]
  static override args = { name: Args.string({ description: 'Name of the model.', required: true }) }

  async run(): Promise<Model> {
    const { args, flags } = await this.parse(ModelsShow)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const model = await connection.client.getModel(args.name)
    this.log(formatModel(model))
    return model
  }
}
