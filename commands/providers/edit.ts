import * as Flags from '@oclif/core/flags'
import type { Provider } from '../../src/api/providers.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatServed } from '../../src/cli/format-provider.ts'
import { keyFlags, readKey } from '../../src/cli/key-flags.ts'
import { providerArgument } from '../../src/cli/provider-argument.ts'
import { givenProviderSettings, providerFlags } from '../../src/cli/provider-flags.ts'
import { resetProviderSettings, resettableProviderFlags } from '../../src/cli/resettable-provider-flags.ts'
import { safe } from '../../src/cli/safe-text.ts'
import { withSpinner } from '../../src/cli/with-spinner.ts'
import { LlmdError } from '../../src/errors.ts'

const ids = { helpValue: 'ID', multiple: true, multipleNonGreedy: true } as const

export default class ProvidersEdit extends ClientCommand {
  static override summary = 'Change a provider, its key or its models.'
  static override description =
    'What no flag says stays as it is. The connection is tried where it changes or models come. The change holds at once; requests under way end as they began.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> openrouter --add-model openai/gpt-4.1 --remove-model openai/gpt-4o',
    '<%= config.bin %> <%= command.id %> openrouter --model openai/gpt-4.1 --no-all-models',
    '<%= config.bin %> <%= command.id %> openrouter --prefix or/ --all-models',
    '<%= config.bin %> <%= command.id %> openrouter --ask-key',
    'pass show openrouter | <%= config.bin %> <%= command.id %> openrouter --key-stdin',
    '<%= config.bin %> <%= command.id %> lab --format openai --base-url https://new.lab.example/v1 --key-env LAB_KEY',
    '<%= config.bin %> <%= command.id %> lab --forget-key --allow-private --no-verify --override',
    '<%= config.bin %> <%= command.id %> lab --header "X-Team: a" --proxy http://proxy:3128 --ca-file ca.pem --socket /run/v.sock',
    '<%= config.bin %> <%= command.id %> work --organization org-1 --project proj_2 --reset prefix --reset header',
    '<%= config.bin %> <%= command.id %> openrouter --prefix or/ --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> openrouter --prefix or/ --json',
  ]
  static override args = providerArgument
  static override flags = {
    ...providerFlags,
    'add-model': Flags.string({ summary: 'Serve this one too; can be given several times.', ...ids }),
    'remove-model': Flags.string({ summary: 'Serve this one no more; can be given several times.', ...ids }),
    ...keyFlags,
    'forget-key': Flags.boolean({
      summary: 'Forget the key.',
      exclusive: ['ask-key', 'key-stdin', 'key-env'],
    }),
    reset: Flags.option({
      summary: 'Flag to take back; can be given several times.',
      options: resettableProviderFlags,
      multiple: true,
      multipleNonGreedy: true,
    })(),
  }

  async run(): Promise<Provider> {
    const { args, flags } = await this.parse(ProvidersEdit)
    const key = flags['forget-key'] ? null : await readKey(flags)
    const change = {
      ...resetProviderSettings(flags.reset ?? []),
      ...givenProviderSettings(flags),
      ...(flags['add-model'] && { add_models: flags['add-model'] }),
      ...(flags['remove-model'] && { remove_models: flags['remove-model'] }),
      ...(key !== undefined && { key }),
    }
    if (Object.keys(change).every((name) => name === 'verify' || name === 'override')) {
      throw new LlmdError('invalid_request', 'There is nothing to change.', {
        hint: 'Say what, as in: llmd providers edit NAME --add-model ID',
      })
    }
    await using connection = await this.connect(flags, { allowInProcess: true })
    const provider = await withSpinner(`Changing ${safe(args.name)}`, () =>
      connection.client.editProvider(args.name, change),
    )
    this.log(`Changed ${safe(provider.name)}: ${formatServed(provider)}`)
    return provider
  }
}
