import * as Args from '@oclif/core/args'
import type { LocalModel } from '../../src/api/models.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { loadProgress } from '../../src/cli/load-progress.ts'
import { safe } from '../../src/cli/safe-text.ts'
import { withProgress } from '../../src/cli/with-progress.ts'

export default class ModelsLoad extends ClientCommand {
  static override summary = 'Load a model now rather than at its first request.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> qwen3:8b',
    '<%= config.bin %> <%= command.id %> qwen3:8b --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> qwen3:8b --json',
  ]
  static override args = { name: Args.string({ description: 'Name of the model.', required: true }) }

  async run(): Promise<LocalModel> {
    const { args, flags } = await this.parse(ModelsLoad)
    await using connection = await this.connect(flags, { allowInProcess: false })
    const { client } = connection
    const model = await withProgress(`Loading ${safe(args.name)}`, {
      work: () => client.loadModel(args.name),
      fractions: (signal) => loadProgress(client, args.name, signal),
    })
    const room = model.engine ? `: context ${model.engine.context}, slots ${model.engine.slots}` : ''
    this.log(`${safe(model.name)} is loaded${room}.`)
    return model
  }
}
