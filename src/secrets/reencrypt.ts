import { LlmdError } from '../errors.ts'
import type { SecretStore, StoredSecret } from '../storage/secret-store.ts'
import type { Queries } from '../storage/transact.ts'
import type { Keyring } from './keyring.ts'

/**
 * Encrypts with the current key whatever was encrypted with another.
 * @returns How many they were
 * @throws LlmdError `data_corrupt` for one that no key opens
 */
export async function reencrypt(
  keyring: Keyring,
  { stores, within }: { stores: SecretStore[]; within: Queries },
): Promise<number> {
  let count = 0
  for (const store of stores) {
    const stale = (await store.list(within)).filter(({ stored }) => !keyring.isCurrent(stored))
    await store.replace(
      stale.map((secret) => encryptAnew(keyring, secret)),
      within,
    )
    count += stale.length
  }
  return count
}

function encryptAnew(keyring: Keyring, { stored, place }: StoredSecret): StoredSecret {
  const secret = keyring.decrypt(stored, place)
  if (secret) return { stored: keyring.encrypt(secret, place), place }
  throw new LlmdError(
    'data_corrupt',
    `The secret of ${place.row} in ${place.table} was altered, or encrypted elsewhere.`,
    { hint: `Give it anew, or remove ${place.row}; then try again.` },
  )
}
