import * as Args from '@oclif/core/args'
import type { ModelCheck } from '../../src/api/models.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatCheck } from '../../src/cli/format-check.ts'
import { safe } from '../../src/cli/safe-text.ts'
import { withSpinner } from '../../src/cli/with-spinner.ts'

export default class ModelsCheck extends ClientCommand {
  static override summary = 'Try a model out: what it is, whether it fits here, and why not.'
  static override description =
    'A model whose engine crashed twice is loaded no more, also by a daemon that starts anew, until its file changes or this finds that it loads. Exits with 1 if it does not.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> qwen3:8b',
    '<%= config.bin %> <%= command.id %> qwen3:8b --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> qwen3:8b --json',
  ]
  static override args = { name: Args.string({ description: 'Name of the model.', required: true }) }

  async run(): Promise<ModelCheck> {
    const { args, flags } = await this.parse(ModelsCheck)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const check = await withSpinner(`Checking ${safe(args.name)}`, () =>
      connection.client.checkModel(args.name),
    )
    this.log(formatCheck(check))
    if (!check.loads) process.exitCode = 1
    return check
  }
}
