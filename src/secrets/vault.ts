import type { Secret } from '../secret.ts'

/** Where a secret belongs. It is bound into the ciphertext, so that it cannot be moved to another place or host. */
export interface SecretPlace {
  table: string
  row: string
  column: string
  /** Origin that the secret is sent to: `https://api.openai.com`. */
  origin: string
}

/** `credential`: given by systemd. `keychain`: of the desktop. `file`: in the data folder, mode 0600. */
export type MasterKeyHome = 'credential' | 'keychain' | 'file'

export interface VaultStatus {
  /** `empty`: no secret was ever kept, so there is no master key yet. */
  state: 'empty' | 'open' | 'sealed'
  home: MasterKeyHome | null
  /** Id of the key that new secrets are encrypted with. */
  kid: string | null
  /** Why it is sealed, and what to do about it. */
  reason: string | null
  hint: string | null
}

/**
 * Encrypts what must be kept secret, with a master key that lives outside of the database. Where that key is missing
 * or wrong the vault is sealed: nothing is regenerated, and everything that needs no secret goes on.
 */
export interface Vault {
  status(): VaultStatus
  /** Text to store. Makes the master key at the first use. @throws LlmdError `sealed` */
  encrypt(secret: Secret, place: SecretPlace): Promise<string>
  /** @throws LlmdError `sealed`; `data_corrupt` for what was altered or belongs elsewhere */
  decrypt(stored: string, place: SecretPlace): Secret
}
