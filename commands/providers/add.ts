import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { Provider } from '../../src/api/providers.ts'
import type { Client } from '../../src/client/create-client.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatFirst, formatServed } from '../../src/cli/format-provider.ts'
import { keyFlags, readKey } from '../../src/cli/key-flags.ts'
import { givenProviderSettings, providerFlags } from '../../src/cli/provider-flags.ts'
import { safe } from '../../src/cli/safe-text.ts'
import { withSpinner } from '../../src/cli/with-spinner.ts'

export default class ProvidersAdd extends ClientCommand {
  static override summary = 'Add a provider, whose models are then served beside the local ones.'
  static override description =
    'The connection is tried with a small chat completion before anything is saved. The key is asked for where the preset needs one; it is encrypted, and never shown again.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> openai --preset openai --model gpt-4.1-mini --model gpt-4.1',
    '<%= config.bin %> <%= command.id %> openrouter --preset openrouter --prefix or/ --all-models --key-env KEY',
    '<%= config.bin %> <%= command.id %> ollama --preset ollama --model qwen3:8b',
    'pass show lab | <%= config.bin %> <%= command.id %> lab --base-url https://llm.lab.example/v1 --key-stdin',
    '<%= config.bin %> <%= command.id %> lab --format openai --base-url https://llm.lab.example/v1 --ask-key --header "X-Team: a"',
    '<%= config.bin %> <%= command.id %> lab --base-url http://10.1.2.3:8000/v1 --allow-private --no-verify --override',
    '<%= config.bin %> <%= command.id %> lab --base-url https://lab.example/v1 --proxy http://proxy:3128 --ca-file ca.pem',
    '<%= config.bin %> <%= command.id %> lab --base-url http://localhost/v1 --socket /run/vllm.sock',
    '<%= config.bin %> <%= command.id %> work --preset openai --organization org-1 --project proj_2',
    '<%= config.bin %> <%= command.id %> ollama --preset ollama --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> ollama --preset ollama --json',
  ]
  static override args = {
    name: Args.string({ description: 'What to call it.', required: true, ignoreStdin: true }),
  }
  static override flags = {
    preset: Flags.string({ summary: 'One that llmd knows: see llmd providers presets.', helpValue: 'ID' }),
    ...providerFlags,
    ...keyFlags,
  }

  async run(): Promise<Provider> {
    const { args, flags } = await this.parse(ProvidersAdd)
    const { preset } = flags
    const key = await readKey(flags, async () => {
      if (preset === undefined) return false
      // Closed before anyone is asked: typing takes its time, and the data may be wanted meanwhile.
      await using connection = await this.connect(flags, { allowInProcess: true })
      const presets = await connection.client.listProviderPresets()
      return presets.some(({ id, needs_key }) => id === preset && needs_key)
    })
    await using connection = await this.connect(flags, { allowInProcess: true })
    const provider = await withSpinner(`Trying ${safe(args.name)}`, () =>
      connection.client.addProvider({
        name: args.name,
        ...(preset !== undefined && { preset }),
        ...givenProviderSettings(flags),
        ...(key !== undefined && { key }),
      }),
    )
    this.log(`Added ${safe(provider.name)}: ${formatServed(provider)}`)
    if (provider.models.length === 0 && !provider.all_models) await this.#suggest(connection.client, provider)
    return provider
  }

  async #suggest(client: Client, { name }: Provider): Promise<void> {
    if (process.stdout.isTTY && !this.jsonEnabled()) {
      const models = await client.listProviderModels(name).catch(() => [])
      if (models.length > 0) {
        const ids = models.map(({ id }) => safe(id))
        this.log(`It has ${formatFirst(ids, 20)}; llmd providers models ${safe(name)} lists them.`)
      }
    }
    this.log(`No model of it is served yet. Choose some: llmd providers edit ${safe(name)} --add-model ID`)
  }
}
