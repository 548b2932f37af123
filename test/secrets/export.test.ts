import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Secret } from '../../src/secret.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openVault } from './fixtures/open-vault.ts'

const passphrase = new Secret('correct horse battery')

async function usedFolder() {
  const folder = temporaryFolder()
  await using opened = await openVault({ folder })
  await opened.keep('one', 'sk-1')
  return { folder, file: join(folder, 'master.key') }
}

async function exported() {
  const used = await usedFolder()
  await using opened = await openVault(used)
  return { ...used, text: await opened.vault.export(passphrase) }
}

test('an export opens the vault whose key was lost', async () => {
  const { folder, text, file } = await exported()
  expect(text).toMatch(/^llmd-master-key-v1\.[A-Za-z0-9_-]+\n$/)
  const key = readFileSync(file)
  rmSync(file)
  await using opened = await openVault({ folder })
  expect(opened.vault.status().state).toBe('sealed')
  expect(await opened.vault.import(` ${text}\r\n`, passphrase)).toMatchObject({ state: 'open', home: 'file' })
  expect(await opened.kept()).toEqual({ one: 'sk-1' })
  expect(readFileSync(file)).toEqual(key)
})

test('a passphrase counts by its characters, however they were typed', async () => {
  const folder = temporaryFolder()
  await using opened = await openVault({ folder })
  await opened.keep('one', 'sk-1')
  const text = await opened.vault.export(new Secret('sch\u00f6ner Abend'))
  expect(await opened.vault.import(text, new Secret('scho\u0308ner Abend'))).toMatchObject({ state: 'open' })
})

test('a wrong passphrase, and any altered part, is refused', async () => {
  const { folder, text } = await exported()
  await using opened = await openVault({ folder })
  const refused = (given: string, secret = passphrase) =>
    expect(opened.vault.import(given, secret)).rejects.toMatchObject({ code: 'invalid_request' })
  await refused(text, new Secret('correct horse batteri'))
  const data = text.trim().slice('llmd-master-key-v1.'.length)
  const bytes = Buffer.from(data, 'base64url')
  // Of the nonce and of the ciphertext.
  for (const at of [16, 44]) {
    const altered = Buffer.from(bytes)
    altered[at]! ^= 1
    await refused(`llmd-master-key-v1.${altered.toString('base64url')}`)
  }
  for (const other of ['', 'llmd-master-key-v1', `llmd-master-key-v2.${data}`, `${text.trim()}.x`, data]) {
    await refused(other)
  }
})

test('the key of another vault is refused', async () => {
  const other = await exported()
  const { folder, file } = await usedFolder()
  rmSync(file)
  await using opened = await openVault({ folder })
  await expect(opened.vault.import(other.text, passphrase)).rejects.toMatchObject({
    code: 'invalid_request',
    param: 'export',
  })
  expect(opened.vault.status().state).toBe('sealed')
  await using empty = await openVault({ folder: temporaryFolder() })
  await expect(empty.vault.import(other.text, passphrase)).rejects.toMatchObject({ code: 'invalid_request' })
})

test('an export from before a rotation is refused, and one from after it is taken', async () => {
  const { folder, text, file } = await exported()
  let fresh = ''
  {
    await using opened = await openVault({ folder })
    await opened.vault.rotate()
    fresh = await opened.vault.export(passphrase)
  }
  rmSync(file)
  await using opened = await openVault({ folder })
  await expect(opened.vault.import(text, passphrase)).rejects.toMatchObject({ code: 'invalid_request' })
  expect(await opened.vault.import(fresh, passphrase)).toMatchObject({ state: 'open' })
  expect(await opened.kept()).toEqual({ one: 'sk-1' })
})

test('what stands in the place of the key is never lost: another key stays, anything else is refused', async () => {
  const { folder, text, file } = await exported()
  const other = `${randomBytes(32).toString('base64')}\n`
  writeFileSync(file, 'not a key\n')
  await using opened = await openVault({ folder })
  await expect(opened.vault.import(text, passphrase)).rejects.toMatchObject({ code: 'sealed' })
  expect(readFileSync(file, 'utf8')).toBe('not a key\n')
  writeFileSync(file, other)
  expect(await opened.vault.import(text, passphrase)).toMatchObject({ state: 'open' })
  expect(readFileSync(file, 'utf8')).toContain(other)
})

test('an import moves the key to the home that is preferred now', async () => {
  const { folder, text, file } = await exported()
  const credentials = temporaryFolder()
  const homes = { preferred: 'auto', env: { CREDENTIALS_DIRECTORY: credentials } } as const
  writeFileSync(join(credentials, 'llmd-master-key'), readFileSync(file))
  {
    await using opened = await openVault({ folder, ...homes })
    expect(opened.vault.status()).toMatchObject({ state: 'open', home: 'file' })
    expect(await opened.vault.import(text, passphrase)).toMatchObject({ home: 'credential' })
  }
  rmSync(file)
  await using again = await openVault({ folder, ...homes })
  expect(again.vault.status()).toMatchObject({ state: 'open', home: 'credential' })
  expect(await again.kept()).toEqual({ one: 'sk-1' })
})
