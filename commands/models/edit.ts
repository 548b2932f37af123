import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { Model } from '../../src/api/models.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { givenModelOptions, modelOptionFlags } from '../../src/cli/model-option-flags.ts'
import { optionOfFlag, resettableFlags } from '../../src/cli/resettable-flags.ts'
import { givenRoute, routeFlags } from '../../src/cli/route-flags.ts'
import { safe } from '../../src/cli/safe-text.ts'
import { LlmdError } from '../../src/errors.ts'

export default class ModelsEdit extends ClientCommand {
  static override summary = 'Change how a model is loaded, or what a routed one stands for.'
  static override description =
    'What no flag says stays as it is; --target replaces all targets. A model that is loaded goes on as it was, until it is loaded the next time.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> qwen3:8b --context 16384 --slots 4',
    '<%= config.bin %> <%= command.id %> qwen3:8b --threads 8 --gpu vulkan --gpu-layers 20',
    '<%= config.bin %> <%= command.id %> qwen3:8b --kv-type q8_0 --flash-attention --rope-scaling linear:4',
    '<%= config.bin %> <%= command.id %> qwen3:8b --lora tone.gguf:0.8',
    '<%= config.bin %> <%= command.id %> qwen3:8b --ttl never --pin --preload',
    '<%= config.bin %> <%= command.id %> qwen3:8b --no-pin --reset context --reset lora',
    '<%= config.bin %> <%= command.id %> fast --source openrouter/openai/gpt-4.1-mini',
    '<%= config.bin %> <%= command.id %> best --target qwen3:8b --target fast',
    '<%= config.bin %> <%= command.id %> best --target qwen3:8b --weight 3 --target fast --weight 1 --strategy balance',
    '<%= config.bin %> <%= command.id %> qwen3:8b --ttl 1h --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> qwen3:8b --slots 1 --json',
  ]
  static override args = { name: Args.string({ description: 'Name of the model.', required: true }) }
  static override flags = {
    source: Flags.string({
      summary: "Provider's model that the name stands for from now on.",
      helpValue: 'PROVIDER/MODEL',
    }),
    ...routeFlags,
    ...modelOptionFlags,
    reset: Flags.option({
      summary: 'Flag that llmd is to choose again; can be given several times.',
      options: resettableFlags,
      multiple: true,
    })(),
  }

  async run(): Promise<Model> {
    const { args, flags } = await this.parse(ModelsEdit)
    const options = givenModelOptions(flags)
    const reset = (flags.reset ?? []).map(optionOfFlag)
    const { source } = flags
    const route = { ...givenRoute(flags), ...(source !== undefined && { source }) }
    if (Object.keys({ ...options, ...route }).length === 0 && reset.length === 0) {
      throw new LlmdError('invalid_request', 'There is nothing to change.', {
        hint: 'Say what, as in: llmd models edit NAME --context 8192',
      })
    }
    await using connection = await this.connect(flags, { allowInProcess: true })
    const model = await connection.client.editModel(args.name, { ...route, options, reset })
    const isLoaded = model.kind === 'local' && model.state !== 'unloaded'
    const when = isLoaded ? ' It is loaded; this holds from its next load on.' : ''
    this.log(`Changed ${safe(model.name)}.${when}`)
    return model
  }
}
