import type { VaultManagement, VaultStatus } from '../../src/secrets/vault.ts'
import { Secret } from '../../src/secret.ts'

const open: VaultStatus = {
  state: 'open',
  home: 'file',
  kid: '0123456789abcdef',
  reason: null,
  hint: null,
}

/** A vault that is open and hides nothing. */
export function fakeVault(): VaultManagement {
  return {
    status: () => open,
    encrypt: async (secret) => secret.reveal(),
    decrypt: (stored) => new Secret(stored),
    reopen: async () => open,
    rotate: async () => ({ ...open, reencrypted: 2 }),
    export: async (passphrase) => `export with ${passphrase.reveal().length} characters\n`,
    import: async () => open,
  }
}
