import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { Model } from '../../src/api/models.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { givenModelOptions, modelOptionFlags } from '../../src/cli/model-option-flags.ts'
import { givenProfile, profileFlags } from '../../src/cli/profile-flags.ts'
import { optionOfFlag, resettableFlags } from '../../src/cli/resettable-flags.ts'
import { givenRoute, routeFlags } from '../../src/cli/route-flags.ts'
import { safe } from '../../src/cli/safe-text.ts'
import { LlmdError } from '../../src/errors.ts'

export default class ModelsEdit extends ClientCommand {
  static override summary = 'Change how a model is loaded, what it stands for, or its defaults.'
  static override description =
    'What no flag says stays as it is; --target replaces all targets. How it is loaded holds from its next load on, all else at once.'
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
    '<%= config.bin %> <%= command.id %> fast --system "Answer in one sentence." --temperature 0.2 --top-p 0.9',
    '<%= config.bin %> <%= command.id %> fast --param top_k=40 --param reasoning_effort=null --reset system',
    '<%= config.bin %> <%= command.id %> fast --description "For quick answers" --tier small',
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
    ...profileFlags,
    ...modelOptionFlags,
    reset: Flags.option({
      summary: 'Flag to take back; can be given several times.',
      options: resettableFlags,
      multiple: true,
    })(),
  }

  async run(): Promise<Model> {
    const { args, flags } = await this.parse(ModelsEdit)
    const options = givenModelOptions(flags)
    const reset = (flags.reset ?? []).map(optionOfFlag)
    const { source } = flags
    const rest = {
      ...givenRoute(flags),
      ...givenProfile(flags),
      ...(source !== undefined && { source }),
    }
    if (Object.keys({ ...options, ...rest }).length === 0 && reset.length === 0) {
      throw new LlmdError('invalid_request', 'There is nothing to change.', {
        hint: 'Say what, as in: llmd models edit NAME --context 8192',
      })
    }
    await using connection = await this.connect(flags, { allowInProcess: true })
    const model = await connection.client.editModel(args.name, { ...rest, options, reset })
    const isLoaded = model.kind === 'local' && model.state !== 'unloaded'
    const waits =
      Object.keys(options).length > 0 || (flags.reset ?? []).some((flag) => flag in modelOptionFlags)
    const when = isLoaded && waits ? ' It is loaded; this holds from its next load on.' : ''
    this.log(`Changed ${safe(model.name)}.${when}`)
    return model
  }
}
