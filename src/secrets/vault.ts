import type { RotatedVault, VaultStatus } from '../api/vault.ts'
import type { Secret } from '../secret.ts'

export type { MasterKeyHome, VaultStatus } from '../api/vault.ts'

/** Where a secret belongs. It is bound into the ciphertext, so that it cannot be moved to another place or host. */
export interface SecretPlace {
  table: string
  row: string
  column: string
  /** Origin that the secret is sent to: `https://api.openai.com`. */
  origin: string
}

/**
 * Encrypts what must be kept secret, with a master key that lives outside of the database. Where that key is missing
 * or wrong the vault is sealed: nothing is regenerated, and everything that needs no secret goes on.
 */
export interface Vault {
  status(): VaultStatus
  /** Text to store. Makes the master key at the first use. @throws LlmdError `sealed` */
  encrypt(secret: Secret, place: SecretPlace): Promise<string>
  /** No I/O. @throws LlmdError `sealed`; `data_corrupt` for what was altered or belongs elsewhere */
  decrypt(stored: string, place: SecretPlace): Secret
}

/** What the operator may do. */
export interface VaultManagement extends Vault {
  /** Looks for the master key again where the vault is sealed. */
  reopen(): Promise<VaultStatus>
  /**
   * Replaces the key, and encrypts every secret anew, all or nothing. What was encrypted before can be decrypted for as
   * long as this process lives: the former key leaves its home at the next start.
   * @throws LlmdError `sealed`; `data_corrupt` where a secret cannot be read
   */
  rotate(): Promise<RotatedVault>
  /**
   * The master key, encrypted with a passphrase.
   * @throws LlmdError `sealed`; `invalid_request` where there is none yet
   */
  export(passphrase: Secret): Promise<string>
  /**
   * Takes the master key from an export into the home that the settings choose, and opens the vault.
   * @throws LlmdError `invalid_request` for a wrong passphrase, or a key that is not this vault's; `sealed` where the
   * key cannot be kept
   */
  import(text: string, passphrase: Secret): Promise<VaultStatus>
}
