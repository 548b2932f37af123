import * as Args from '@oclif/core/args'
import type { Model } from '../../src/api/models.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class ModelsCopy extends ClientCommand {
  static override summary = 'Give a model a second name, whose options are its own.'
  static override description = 'The file is not copied: both use the same one.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> qwen3:8b support',
    '<%= config.bin %> <%= command.id %> qwen3:8b support --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> qwen3:8b support --json',
  ]
  static override args = {
    name: Args.string({ description: 'Name of the model.', required: true }),
    new: Args.string({ description: 'What clients will call the copy.', required: true }),
  }

  async run(): Promise<Model> {
    const { args, flags } = await this.parse(ModelsCopy)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const model = await connection.client.copyModel(args.name, args.new)
    this.log(`Added ${safe(model.name)}. Change it with: llmd models edit ${safe(model.name)}`)
    return model
  }
}
