import type { RotatedVault } from '../../src/api/vault.ts'
import { ClientCommand } from '../../src/cli/client-command.ts'

export default class VaultRotate extends ClientCommand {
  static override summary = 'Replace the master key, and encrypt the keys of providers anew.'
  static override description = `The former master key leaves its home at the next start. Exports made before, and older copies of the database, no longer fit: make a new export.
A systemd credential is yours to replace: put the new key on a line above the old one, start the unit again and rotate.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host http://10.0.0.5:5563 --token "$TOKEN"',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<RotatedVault> {
    const { flags } = await this.parse(VaultRotate)
    await using connection = await this.connect(flags, { allowInProcess: true })
    const rotated = await connection.client.rotateVault()
    this.log(
      rotated.state === 'empty'
        ? 'There is no master key yet: it is made when the first secret is kept.'
        : `Secrets encrypted anew: ${rotated.reencrypted}. Export the new key with: llmd vault export FILE`,
    )
    return rotated
  }
}
