import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { transact } from '../../src/storage/transact.ts'
import { createVaultTable, type VaultRow } from '../../src/storage/vault-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const row: VaultRow = { id: 'vault-1', home: 'file', check: 'check-1', kid: 'kid-1', former: [] }

async function newDatabase() {
  const database = await openDatabase(join(temporaryFolder(), 'state.db'))
  onTestFinished(() => database[Symbol.asyncDispose]())
  return database
}

test('there is no vault, then one, which is replaced as a whole', async () => {
  const table = createVaultTable(await newDatabase())
  expect(await table.read()).toBeNull()
  await table.write(row)
  expect(await table.read()).toEqual(row)
  const other: VaultRow = { ...row, id: 'vault-2', home: 'keychain', kid: 'kid-2', former: ['check-0'] }
  await table.write(other)
  expect(await table.read()).toEqual(other)
})

test('a transaction that fails leaves nothing behind, and others go on', async () => {
  const database = await newDatabase()
  const table = createVaultTable(database)
  await table.write(row)
  const failed = transact(database, async (within) => {
    await createVaultTable(within).write({ ...row, kid: 'kid-2' })
    expect(await createVaultTable(within).read()).toMatchObject({ kid: 'kid-2' })
    throw new Error('no more')
  })
  await expect(failed).rejects.toThrow('no more')
  expect(await table.read()).toEqual(row)
  expect(await transact(database, async (within) => createVaultTable(within).read())).toEqual(row)
})
