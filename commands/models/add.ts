import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import * as Args from '@oclif/core/args'
import type { Model } from '../../src/api/models.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatBytes } from '../../src/cli/format.ts'
import { formatSource } from '../../src/cli/format-source.ts'
import { givenModelOptions, modelOptionFlags } from '../../src/cli/model-option-flags.ts'
import { givenProfile, profileFlags } from '../../src/cli/profile-flags.ts'
import { givenRoute, routeFlags } from '../../src/cli/route-flags.ts'
import { isDownload } from '../../src/cli/is-download.ts'
import { pullModel } from '../../src/cli/pull-model.ts'
import { safe } from '../../src/cli/safe-text.ts'
import { LlmdError } from '../../src/errors.ts'

export default class ModelsAdd extends ClientCommand {
  static override summary = 'Add a model under a name of your choice.'
  static override description =
    'A file, which is used where it is and has to stay there; one that is downloaded, as "llmd models pull" does; a model of a provider; or, with --target, a name that stands for other models. What no flag says, llmd chooses when it loads the model.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> qwen3:8b ~/models/qwen3-8b-q4_k_m.gguf',
    '<%= config.bin %> <%= command.id %> qwen3:8b qwen3-8b.gguf --context 8192 --slots 4',
    '<%= config.bin %> <%= command.id %> qwen3:8b qwen3-8b.gguf --threads 8 --gpu cuda --gpu-layers 20',
    '<%= config.bin %> <%= command.id %> qwen3:8b qwen3-8b.gguf --kv-type q8_0 --flash-attention --rope-scaling yarn:4',
    '<%= config.bin %> <%= command.id %> support qwen3-8b.gguf --lora tone.gguf --lora facts.gguf:0.5',
    '<%= config.bin %> <%= command.id %> qwen3:8b qwen3-8b.gguf --ttl 10m',
    '<%= config.bin %> <%= command.id %> qwen3:8b qwen3-8b.gguf --pin --preload',
    '<%= config.bin %> <%= command.id %> qwen3:8b hf:unsloth/Qwen3-8B-GGUF:Q8_0 --context 8192',
    '<%= config.bin %> <%= command.id %> fast openrouter/meta-llama/llama-3.3-70b-instruct',
    '<%= config.bin %> <%= command.id %> best --target qwen3:8b --target fast',
    '<%= config.bin %> <%= command.id %> best --target qwen3:8b --weight 3 --target fast --weight 1 --strategy balance',
    '<%= config.bin %> <%= command.id %> support qwen3-8b.gguf --system "Answer in one sentence." --temperature 0.2 --top-p 0.9',
    '<%= config.bin %> <%= command.id %> fast openrouter/qwen/qwen3-8b --param top_k=40 --param reasoning_effort=low',
    '<%= config.bin %> <%= command.id %> fast openrouter/qwen/qwen3-8b --description "For quick answers" --tier small',
    '<%= config.bin %> <%= command.id %> qwen3:8b /srv/qwen3-8b.gguf --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> qwen3:8b qwen3-8b.gguf --json',
  ]
  static override args = {
    name: Args.string({ description: 'What clients will call it.', required: true }),
    source: Args.string({
      description: 'Path of a GGUF file, hf:OWNER/REPO, https://HOST/FILE.gguf, or PROVIDER/MODEL.',
    }),
  }
  static override flags = { ...routeFlags, ...profileFlags, ...modelOptionFlags }

  async run(): Promise<Model> {
    const { args, flags } = await this.parse(ModelsAdd)
    const { name, source } = args
    const route = givenRoute(flags)
    if ((source === undefined) === (route.targets === undefined)) {
      throw new LlmdError('invalid_request', 'Give either a source or targets.', {
        hint: `Say what it is, as in: llmd models add ${name} FILE.gguf`,
      })
    }
    await using connection = await this.connect(flags, { allowInProcess: true })
    const described = { ...givenProfile(flags), options: givenModelOptions(flags) }
    if (source !== undefined && isDownload(source))
      await pullModel(connection, { name, source, ...described })
    else {
      const given = source !== undefined && { source: isPath(source) ? resolve(source) : source }
      await connection.client.addModel({ name, ...route, ...given, ...described })
    }
    const model = await connection.client.getModel(name)
    this.log(`Added ${safe(name)} (${safe(describe(model))}). Try it: llmd run ${safe(name)} "Hello!"`)
    return model
  }
}

/**
 * What names neither its own kind, as `builtin:NAME` does, nor a provider, as `PROVIDER/MODEL` may. The daemon decides
 * which providers there are.
 */
function isPath(source: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:/.test(source)) return false
  return /^[./~]|^[^/]*$/.test(source) || existsSync(source)
}

function describe(model: Model): string {
  if (model.kind !== 'local') return formatSource(model)
  const { architecture, quantization, size_bytes } = model.file
  return [architecture, quantization, formatBytes(size_bytes)].join(', ')
}
