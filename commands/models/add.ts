import { resolve } from 'node:path'
import * as Args from '@oclif/core/args'
import type { Model } from '../../src/api/models.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatBytes } from '../../src/cli/format.ts'
import { givenModelOptions, modelOptionFlags } from '../../src/cli/model-option-flags.ts'
import { safe } from '../../src/cli/safe-text.ts'

export default class ModelsAdd extends ClientCommand {
  static override summary = 'Add a model under a name of your choice.'
  static override description =
    'The file is used where it is, so it has to stay there. What no flag says, llmd chooses when it loads the model.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> qwen3:8b ~/models/qwen3-8b-q4_k_m.gguf',
    '<%= config.bin %> <%= command.id %> qwen3:8b qwen3-8b.gguf --context 8192 --slots 4',
    '<%= config.bin %> <%= command.id %> qwen3:8b qwen3-8b.gguf --threads 8 --gpu cuda --gpu-layers 20',
    '<%= config.bin %> <%= command.id %> qwen3:8b qwen3-8b.gguf --kv-type q8_0 --flash-attention --rope-scaling yarn:4',
    '<%= config.bin %> <%= command.id %> support qwen3-8b.gguf --lora tone.gguf --lora facts.gguf:0.5',
    '<%= config.bin %> <%= command.id %> qwen3:8b qwen3-8b.gguf --ttl 10m',
    '<%= config.bin %> <%= command.id %> qwen3:8b qwen3-8b.gguf --pin --preload',
    '<%= config.bin %> <%= command.id %> qwen3:8b /srv/qwen3-8b.gguf --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> qwen3:8b qwen3-8b.gguf --json',
  ]
  static override args = {
    name: Args.string({ description: 'What clients will call it.', required: true }),
    source: Args.string({ description: 'Path of a GGUF file.', required: true }),
  }
  static override flags = modelOptionFlags

  async run(): Promise<Model> {
    const { args, flags } = await this.parse(ModelsAdd)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const model = await connection.client.addModel({
      name: args.name,
      source: isPath(args.source) ? resolve(args.source) : args.source,
      options: givenModelOptions(flags),
    })
    const { architecture, quantization, size_bytes } = model.file
    const file = [architecture, quantization, formatBytes(size_bytes)].map((part) => safe(part)).join(', ')
    this.log(`Added ${safe(model.name)} (${file}). Try it: llmd run ${safe(model.name)} "Hello!"`)
    return model
  }
}

/** Anything that does not name its own kind, as `builtin:NAME` does. */
function isPath(source: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:/.test(source)
}
