import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { Secret } from '../../src/secret.ts'
import type { SecretStore } from '../../src/storage/secret-store.ts'
import { createVaultTable } from '../../src/storage/vault-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { column, openVault, placeOf } from './fixtures/open-vault.ts'

const child = fileURLToPath(new URL('fixtures/rotate-and-die.ts', import.meta.url))
const secrets = { one: 'sk-1', two: 'sk-2', three: 'sk-3' }

async function usedFolder(): Promise<string> {
  const folder = temporaryFolder()
  await using opened = await openVault({ folder })
  for (const [row, secret] of Object.entries(secrets)) await opened.keep(row, secret)
  return folder
}

const keysIn = (folder: string) => readFileSync(join(folder, 'master.key'), 'utf8').trim().split('\n')

test('every secret is encrypted anew; the former key leaves at the next start', async () => {
  const folder = await usedFolder()
  const [former] = keysIn(folder)
  {
    await using opened = await openVault({ folder })
    const before = await column.list(opened.database)
    const { kid } = opened.vault.status()
    const rotated = await opened.vault.rotate()
    expect(rotated).toMatchObject({ state: 'open', home: 'file', reencrypted: 3 })
    expect(rotated.kid).not.toBe(kid)
    const after = await column.list(opened.database)
    for (const [index, { stored }] of after.entries()) {
      expect(stored).toContain(rotated.kid)
      expect(stored).not.toBe(before[index]?.stored)
    }
    expect(await opened.kept()).toEqual(secrets)
    expect(keysIn(folder)).toHaveLength(2)
  }
  await using again = await openVault({ folder })
  expect(keysIn(folder)).toHaveLength(1)
  expect(keysIn(folder)).not.toContain(former)
  expect(await again.kept()).toEqual(secrets)
})

test('a text from before is read, and stored again it is not lost', async () => {
  const folder = await usedFolder()
  {
    await using opened = await openVault({ folder })
    const stored = await opened.vault.encrypt(new Secret('sk-late'), placeOf('two'))
    await opened.vault.rotate()
    await opened.vault.rotate()
    expect(opened.vault.decrypt(stored, placeOf('two')).reveal()).toBe('sk-late')
    await column.replace([{ stored, place: placeOf('two') }], opened.database)
  }
  await using again = await openVault({ folder })
  const { kid } = again.vault.status()
  for (const { stored } of await column.list(again.database)) expect(stored).toContain(kid)
  expect(keysIn(folder)).toHaveLength(1)
  expect(await again.kept()).toEqual({ ...secrets, two: 'sk-late' })
})

test('secrets that come while it rotates are kept', async () => {
  const folder = await usedFolder()
  const many = Array.from({ length: 10 }, (_, index) => `p${index}`)
  {
    await using opened = await openVault({ folder })
    await Promise.all([
      ...many.slice(0, 5).map((name) => opened.keep(name, name)),
      opened.vault.rotate(),
      opened.vault.rotate(),
      ...many.slice(5).map((name) => opened.keep(name, name)),
    ])
  }
  await using again = await openVault({ folder })
  expect(await again.kept()).toEqual({ ...secrets, ...Object.fromEntries(many.map((name) => [name, name])) })
})

test.for(['list 1', 'before replacing', 'between secrets', 'before the commit', 'after the commit'])(
  'killed %s, everything can be read',
  async (point) => {
    const folder = await usedFolder()
    const { signal } = spawnSync(process.execPath, [child, folder, point])
    expect(signal).toBe('SIGKILL')
    {
      await using opened = await openVault({ folder })
      expect(await opened.kept()).toEqual(secrets)
      expect(await opened.vault.rotate()).toMatchObject({ state: 'open', reencrypted: 3 })
    }
    // Killed again, when the former keys are about to leave.
    expect(spawnSync(process.execPath, [child, folder, 'list 1']).signal).toBe('SIGKILL')
    await using again = await openVault({ folder })
    expect(await again.kept()).toEqual(secrets)
    expect(await createVaultTable(again.database).read()).toMatchObject({ former: [] })
  },
)

const failing = (change: Partial<SecretStore>): SecretStore => ({ ...column, ...change })
const fail = () => Promise.reject(new Error('the disk is full'))

test.each<[string, SecretStore]>([
  ['list', failing({ list: fail })],
  ['replace', failing({ replace: fail })],
  ['finish', failing({ replace: (changes, within) => column.replace(changes, within).then(fail) })],
])('where a secret cannot be %sd, all stays as it was', async (_, store) => {
  const folder = await usedFolder()
  await using opened = await openVault({ folder, store })
  const before = { texts: await column.list(opened.database), status: opened.vault.status() }
  await expect(opened.vault.rotate()).rejects.toThrow('the disk is full')
  expect({ texts: await column.list(opened.database), status: opened.vault.status() }).toEqual(before)
  await opened.keep('four', 'sk-4')
  expect(await opened.kept()).toEqual({ ...secrets, four: 'sk-4' })
})

test('where the new key cannot be written, all stays as it was', async () => {
  const folder = await usedFolder()
  await using opened = await openVault({ folder })
  const before = opened.vault.status()
  mkdirSync(join(folder, 'master.key.new'))
  await expect(opened.vault.rotate()).rejects.toMatchObject({ code: 'sealed' })
  expect(opened.vault.status()).toEqual(before)
  expect(await opened.kept()).toEqual(secrets)
  rmSync(join(folder, 'master.key.new'), { recursive: true })
  expect(await opened.vault.rotate()).toMatchObject({ reencrypted: 3 })
})

test('a secret that cannot be read is named, and nothing is changed', async () => {
  const folder = await usedFolder()
  await using opened = await openVault({ folder })
  const [first] = await column.list(opened.database)
  await column.replace([{ stored: first!.stored, place: placeOf('two') }], opened.database)
  await expect(opened.vault.rotate()).rejects.toMatchObject({
    code: 'data_corrupt',
    message: expect.stringContaining('two'),
    hint: expect.stringContaining('two'),
  })
  expect(await opened.kept()).toEqual({ ...secrets, two: undefined })
})

test('a key that the vault does not know is left in the file', async () => {
  const folder = await usedFolder()
  const file = join(folder, 'master.key')
  const foreign = Buffer.alloc(32, 7).toString('base64')
  writeFileSync(file, `${foreign}\n${keysIn(folder)[0]}\n`)
  {
    await using opened = await openVault({ folder })
    await opened.vault.rotate()
    expect(keysIn(folder)).toHaveLength(3)
  }
  await using again = await openVault({ folder })
  expect(keysIn(folder)).toHaveLength(2)
  expect(keysIn(folder)).toContain(foreign)
  expect(await again.kept()).toEqual(secrets)
})
