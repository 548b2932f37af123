import type { ExportedVault, ExportVault, ImportVault, RotatedVault, VaultStatus } from '../../api/vault.ts'
import type { Calls } from '../create-calls.ts'

/** The master key that secrets are encrypted with. */
export interface VaultClient {
  /** Where the vault is sealed, it looks for its key again first. */
  vaultStatus(): Promise<VaultStatus>
  rotateVault(): Promise<RotatedVault>
  /** Over the socket or in-process only, as is the import. */
  exportVault(body: ExportVault): Promise<ExportedVault>
  importVault(body: ImportVault): Promise<VaultStatus>
}

export function vaultClient({ call }: Calls): VaultClient {
  return {
    vaultStatus: () => call('GET', '/vault'),
    rotateVault: () => call('POST', '/vault/rotate', { patient: true }),
    exportVault: (body) => call('POST', '/vault/export', { body }),
    importVault: (body) => call('POST', '/vault/import', { body }),
  }
}
