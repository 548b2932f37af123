import { createProviderTable } from '../storage/provider-table.ts'
import type { SecretStore } from '../storage/secret-store.ts'
import { placeOf } from './provider-keys.ts'
import { settingsOfRow } from './provider-settings.ts'

/** The stored keys, for whoever encrypts them anew. */
export const providerSecrets: SecretStore = {
  async list(within) {
    const rows = await createProviderTable(within).all()
    return rows.flatMap((row) =>
      row.key === null ? [] : { stored: row.key, place: placeOf(row.name, settingsOfRow(row)) },
    )
  },
  async replace(changes, within) {
    const table = createProviderTable(within)
    for (const { place, stored } of changes) await table.setKey(place.row, stored)
  },
}
