import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLog } from '../../src/log.ts'
import { createProviderKeys } from '../../src/providers/provider-keys.ts'
import { providerSecrets } from '../../src/providers/provider-secrets.ts'
import { settingsOfRow } from '../../src/providers/provider-settings.ts'
import { createVault } from '../../src/secrets/create-vault.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createProviderTable, type ProviderRow } from '../../src/storage/provider-table.ts'
import { providerRow } from '../storage/fixtures/rows.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const withoutKeys = (rows: ProviderRow[]) => rows.map((provider) => ({ ...provider, key: null }))

test('keys of providers survive a rotation of the vault, and nothing else of them changes', async () => {
  const folder = temporaryFolder()
  await using database = await openDatabase(join(folder, 'state.db'))
  const vault = await createVault({
    database,
    stores: [providerSecrets],
    homes: { preferred: 'file', file: join(folder, 'master.key'), keychainChildPath: '', env: {} },
    log: createLog({ level: 'error', write: () => {} }),
  })
  const table = createProviderTable(database)
  const keys = createProviderKeys(vault)
  const proxied = providerRow('proxied', {
    options: { ...providerRow('').options, proxy: 'http://proxy:3128' },
  })
  for (const provider of [providerRow('direct'), proxied]) {
    const key = await keys.encrypt(`sk-${provider.name}`, provider.name, settingsOfRow(provider))
    await table.insert({ ...provider, key })
  }
  await table.insert(providerRow('without'))
  const before = await table.all()

  expect(await vault.rotate()).toMatchObject({ reencrypted: 2 })
  const after = await table.all()
  expect(after.map((provider) => keys.of(provider)?.reveal())).toEqual(['sk-direct', 'sk-proxied', undefined])
  expect(withoutKeys(after)).toEqual(withoutKeys(before))
  for (const [index, { key }] of after.entries()) if (key) expect(key).not.toBe(before[index]?.key)
})
