import { z } from 'zod'

/** `credential`: given by systemd. `keychain`: of the desktop. `file`: in the data folder, mode 0600. */
const masterKeyHomeSchema = z.enum(['credential', 'keychain', 'file'])

export type MasterKeyHome = z.infer<typeof masterKeyHomeSchema>

export const vaultStatusSchema = z.object({
  state: z
    .enum(['empty', 'open', 'sealed'])
    .describe('`empty`: no secret was ever kept, so there is no master key yet.'),
  home: masterKeyHomeSchema.nullable(),
  kid: z.string().nullable().describe('Id of the key that new secrets are encrypted with.'),
  reason: z.string().nullable().describe('Why it is sealed, and what to do about it.'),
  hint: z.string().nullable(),
})

export type VaultStatus = z.infer<typeof vaultStatusSchema>

export const rotatedVaultSchema = z.object({
  ...vaultStatusSchema.shape,
  reencrypted: z.int().describe('How many secrets were encrypted anew.'),
})

export type RotatedVault = z.infer<typeof rotatedVaultSchema>

const passphraseSchema = z.string().max(1024)

export const exportVaultSchema = z.strictObject({
  passphrase: passphraseSchema.min(12, 'at least 12 characters'),
})

export type ExportVault = z.input<typeof exportVaultSchema>

export const exportedVaultSchema = z.object({
  export: z.string().describe('The master key, encrypted with the passphrase.'),
})

export type ExportedVault = z.infer<typeof exportedVaultSchema>

export const importVaultSchema = z.strictObject({
  export: z.string().max(65_536),
  passphrase: passphraseSchema,
})

export type ImportVault = z.input<typeof importVaultSchema>
