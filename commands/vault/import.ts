import { readFile } from 'node:fs/promises'
import * as Args from '@oclif/core/args'
import type { VaultStatus } from '../../src/api/vault.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatVault } from '../../src/cli/format-vault.ts'
import { passphraseFlags } from '../../src/cli/passphrase-flags.ts'
import { readSecret } from '../../src/cli/read-secret.ts'
import { LlmdError } from '../../src/errors.ts'

export default class VaultImport extends ClientCommand {
  static override summary = 'Put the master key back from an export, and open the vault.'
  static override description = `A key that is not this vault's is refused. The key goes where the setting secrets.home says, so this also moves it.
The daemon has to be on this machine: nothing of this goes over a network.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> master-key.txt',
    'pass show llmd | <%= config.bin %> <%= command.id %> master-key.txt --passphrase-stdin',
    '<%= config.bin %> <%= command.id %> master-key.txt --passphrase-env LLMD_PASSPHRASE --json',
    '<%= config.bin %> <%= command.id %> master-key.txt --host unix:///run/llmd/llmd.sock --token "$TOKEN"',
  ]
  static override args = {
    // Otherwise oclif takes what is piped in, the passphrase, for the name.
    file: Args.string({ description: 'An export.', required: true, ignoreStdin: true }),
  }
  static override flags = passphraseFlags

  async run(): Promise<VaultStatus> {
    const { args, flags } = await this.parse(VaultImport)
    const text = await read(args.file)
    const passphrase = await readSecret({
      name: 'passphrase',
      stdinFlag: '--passphrase-stdin',
      fromStdin: flags['passphrase-stdin'],
      fromEnv: flags['passphrase-env'],
    })
    await using connection = await this.connect(flags, { allowInProcess: true })
    const status = await connection.client.importVault({ export: text, passphrase: passphrase.reveal() })
    this.log(formatVault(status))
    return status
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const { code }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error))
    throw new LlmdError('invalid_request', `${path} cannot be read (${code}).`)
  }
}
