import type { VaultStatus } from '../../src/api/vault.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'
import { formatVault } from '../../src/cli/format-vault.ts'

export default class VaultStatusCommand extends ClientCommand {
  static override summary = 'Tell whether the keys of providers can be read, and why not.'
  static override description =
    'A sealed vault looks for its master key again, so a keychain that was unlocked meanwhile opens it. Exits with 1 if it stays sealed.'
  static override hiddenAliases = ['vault']
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<VaultStatus> {
    const { flags } = await this.parse(VaultStatusCommand)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const status = await connection.client.vaultStatus()
    this.log(formatVault(status))
    if (status.state === 'sealed') process.exitCode = 1
    return status
  }
}
