import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import * as Args from '@oclif/core/args'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { passphraseFlags } from '../../src/cli/passphrase-flags.ts'
import { readSecret } from '../../src/cli/read-secret.ts'
import { safe } from '../../src/cli/safe-text.ts'
import { LlmdError } from '../../src/errors.ts'

export default class VaultExport extends ClientCommand {
  static override summary = 'Save the master key, encrypted with a passphrase.'
  static override description = `Together with a copy of the database and the passphrase it gives the keys of providers back.
The daemon has to be on this machine: nothing of this goes over a network.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> master-key.txt',
    'pass show llmd | <%= config.bin %> <%= command.id %> --passphrase-stdin > master-key.txt',
    '<%= config.bin %> <%= command.id %> master-key.txt --passphrase-env LLMD_PASSPHRASE --json',
    '<%= config.bin %> <%= command.id %> master-key.txt --host unix:///run/llmd/llmd.sock --token "$TOKEN"',
  ]
  static override args = {
    // Otherwise oclif takes what is piped in, the passphrase, for the name.
    file: Args.string({ description: 'File to make; without it, stdout.', ignoreStdin: true }),
  }
  static override flags = passphraseFlags

  async run(): Promise<{ file: string | null; export: string }> {
    const { args, flags } = await this.parse(VaultExport)
    const passphrase = await readSecret({
      name: 'passphrase',
      stdinFlag: '--passphrase-stdin',
      fromStdin: flags['passphrase-stdin'],
      fromEnv: flags['passphrase-env'],
      twice: true,
    })
    await using connection = await this.connect(flags, { allowInProcess: true })
    const { export: text } = await connection.client.exportVault({ passphrase: passphrase.reveal() })
    if (args.file === undefined) {
      this.log(text.trimEnd())
      return { file: null, export: text }
    }
    const file = resolve(args.file)
    await save(file, text)
    this.log(`The master key is in ${safe(file)}, encrypted. Keep the passphrase elsewhere.`)
    return { file, export: text }
  }
}

/** For its owner alone, and on the disk when this resolves. */
async function save(path: string, text: string): Promise<void> {
  try {
    await using file = await open(path, 'wx', 0o600)
    await file.writeFile(text)
    await file.sync()
  } catch (error) {
    const { code }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error))
    const problem = code === 'EEXIST' ? 'is there already' : `cannot be written (${code})`
    throw new LlmdError('invalid_request', `${path} ${problem}.`, { hint: 'Choose another file.' })
  }
}
