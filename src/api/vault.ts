import { z } from 'zod'

/** `credential`: given by systemd. `keychain`: of the desktop. `file`: in the data folder, mode 0600. */
const masterKeyHomeSchema = z.enum(['credential', 'keychain', 'file'])

export type MasterKeyHome = z.infer<typeof masterKeyHomeSchema>

export const vaultStatusSchema = z.object({
  /** `empty`: no secret was ever kept, so there is no master key yet. */
  state: z.enum(['empty', 'open', 'sealed']),
  home: masterKeyHomeSchema.nullable(),
  /** Id of the key that new secrets are encrypted with. */
  kid: z.string().nullable(),
  /** Why it is sealed, and what to do about it. */
  reason: z.string().nullable(),
  hint: z.string().nullable(),
})

export type VaultStatus = z.infer<typeof vaultStatusSchema>

export const rotatedVaultSchema = z.object({
  ...vaultStatusSchema.shape,
  /** How many secrets were encrypted anew. */
  reencrypted: z.int(),
})

export type RotatedVault = z.infer<typeof rotatedVaultSchema>

const passphraseSchema = z.string().max(1024)

export const exportVaultSchema = z.strictObject({
  passphrase: passphraseSchema.min(12, 'at least 12 characters'),
})

export type ExportVault = z.input<typeof exportVaultSchema>

export const exportedVaultSchema = z.object({
  /** The master key, encrypted with the passphrase. */
  export: z.string(),
})

export type ExportedVault = z.infer<typeof exportedVaultSchema>

export const importVaultSchema = z.strictObject({
  export: z.string().max(65_536),
  passphrase: passphraseSchema,
})

export type ImportVault = z.input<typeof importVaultSchema>
