import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Secret } from '../../src/secret.ts'
import { createVaultTable } from '../../src/storage/vault-table.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openVault, placeOf } from './fixtures/open-vault.ts'

const sealed = expect.objectContaining({ code: 'sealed', hint: expect.any(String) })

/** A folder with a vault that keeps `sk-1` and `sk-2`, closed. */
async function usedFolder(): Promise<{ folder: string; key: string }> {
  const folder = temporaryFolder()
  await using opened = await openVault({ folder })
  await opened.keep('one', 'sk-1')
  await opened.keep('two', 'sk-2')
  return { folder, key: join(folder, 'master.key') }
}

const both = { one: 'sk-1', two: 'sk-2' }

afterEach(() => void vi.useRealTimers())

describe('a new vault', () => {
  it('has no master key until a secret is kept', async () => {
    const folder = temporaryFolder()
    await using opened = await openVault({ folder })
    expect(opened.vault.status()).toEqual({ state: 'empty', home: null, kid: null, reason: null, hint: null })
    expect(existsSync(join(folder, 'master.key'))).toBe(false)
    await expect(opened.vault.export(new Secret('a long passphrase'))).rejects.toMatchObject({
      code: 'invalid_request',
    })
    expect(await opened.vault.rotate()).toMatchObject({ state: 'empty', reencrypted: 0 })

    await opened.keep('one', 'sk-1')
    expect(opened.vault.status()).toMatchObject({ state: 'open', home: 'file', reason: null })
    expect(statSync(join(folder, 'master.key')).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder).filter((name) => name.startsWith('master'))).toEqual(['master.key'])
    expect(await opened.kept()).toEqual({ one: 'sk-1' })
  })

  it('makes one master key, however many secrets come first', async () => {
    const folder = temporaryFolder()
    await using opened = await openVault({ folder })
    const names = Array.from({ length: 8 }, (_, index) => `p${index}`)
    await Promise.all(names.map((name) => opened.keep(name, `sk-${name}`)))
    expect(readFileSync(join(folder, 'master.key'), 'utf8').trim().split('\n')).toHaveLength(1)
    expect(await opened.kept()).toEqual(Object.fromEntries(names.map((name) => [name, `sk-${name}`])))
  })

  it('takes a key that is there already, as after a start that was cut short', async () => {
    const folder = temporaryFolder()
    const text = `${randomBytes(32).toString('base64')}\n`
    writeFileSync(join(folder, 'master.key'), text, { mode: 0o600 })
    writeFileSync(join(folder, 'master.key.new'), 'half of a k', { mode: 0o600 })
    await using opened = await openVault({ folder })
    await opened.keep('one', 'sk-1')
    expect(readFileSync(join(folder, 'master.key'), 'utf8')).toBe(text)
  })

  it('does not write over what is no key, nor trusts a key that others can read', async () => {
    const folder = temporaryFolder()
    const key = join(folder, 'master.key')
    await using opened = await openVault({ folder })
    writeFileSync(key, 'my shopping list\n', { mode: 0o600 })
    await expect(opened.keep('one', 'sk-1')).rejects.toThrow(sealed)
    expect(readFileSync(key, 'utf8')).toBe('my shopping list\n')
    writeFileSync(key, `${randomBytes(32).toString('base64')}\n`)
    chmodSync(key, 0o644)
    await expect(opened.keep('one', 'sk-1')).rejects.toThrow(sealed)
    expect(opened.vault.status().state).toBe('empty')
    chmodSync(key, 0o600)
    await opened.keep('one', 'sk-1')
  })

  it('stays empty where the key cannot be written', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'master.key.new'))
    await using opened = await openVault({ folder })
    await expect(opened.keep('one', 'sk-1')).rejects.toThrow(sealed)
    expect(opened.vault.status().state).toBe('empty')
    expect(existsSync(join(folder, 'master.key'))).toBe(false)
  })
})

describe('a vault', () => {
  it('reads after a restart what was kept, and refuses what was altered', async () => {
    const { folder } = await usedFolder()
    await using opened = await openVault({ folder })
    expect(await opened.kept()).toEqual(both)
    const stored = await opened.vault.encrypt(new Secret('sk-3'), placeOf('three'))
    expect(() => opened.vault.decrypt(stored, placeOf('four'))).toThrow(
      expect.objectContaining({ code: 'data_corrupt', message: expect.stringContaining('four') }),
    )
  })

  it.each<[string, (key: string) => void]>([
    ['is missing', (key) => rmSync(key)],
    ['is another', (key) => writeFileSync(key, `${randomBytes(32).toString('base64')}\n`)],
    ['is empty', (key) => writeFileSync(key, '')],
    ['is no key', (key) => writeFileSync(key, 'not a key\n')],
    ['is too long to be keys', (key) => writeFileSync(key, 'A'.repeat(20_000))],
    ['can be read by the group', (key) => chmodSync(key, 0o640)],
    ['can be written by others', (key) => chmodSync(key, 0o602)],
    ['is a folder', (key) => (rmSync(key), mkdirSync(key))],
    ['is a pipe', (key) => (rmSync(key), execFileSync('mkfifo', ['-m', '600', key]))],
    ['is a link', (key) => (renameSync(key, `${key}.real`), symlinkSync(`${key}.real`, key))],
  ])('is sealed where the file %s, regenerates nothing, and opens without a restart', async (_, spoil) => {
    const { folder, key } = await usedFolder()
    const good = readFileSync(key)
    spoil(key)
    const before = statSync(key, { throwIfNoEntry: false })
    await using opened = await openVault({ folder })
    const { state, home, reason, hint } = opened.vault.status()
    expect({ state, home }).toEqual({ state: 'sealed', home: 'file' })
    expect(reason).toMatch(/\.$/)
    expect(hint).toBeTypeOf('string')
    expect(opened.logged.join('')).toContain('the vault is sealed')
    expect(await opened.kept()).toEqual({ one: undefined, two: undefined })
    await expect(opened.keep('three', 'sk-3')).rejects.toThrow(sealed)
    await expect(opened.vault.rotate()).rejects.toThrow(sealed)
    await expect(opened.vault.export(new Secret('a long passphrase'))).rejects.toThrow(sealed)
    expect(await opened.vault.reopen()).toMatchObject({ state: 'sealed' })
    expect(statSync(key, { throwIfNoEntry: false })?.mtimeMs).toBe(before?.mtimeMs)

    rmSync(key, { recursive: true, force: true })
    writeFileSync(key, good, { mode: 0o600 })
    expect(await opened.vault.reopen()).toMatchObject({ state: 'open', reason: null, hint: null })
    expect(await opened.kept()).toEqual(both)
  })

  it('looks for its key again when a secret is asked for, once in five seconds', async () => {
    const { folder, key } = await usedFolder()
    const good = readFileSync(key)
    rmSync(key)
    vi.useFakeTimers({ toFake: ['performance'] })
    await using opened = await openVault({ folder })
    writeFileSync(key, good, { mode: 0o600 })
    vi.advanceTimersByTime(4000)
    expect(await opened.kept()).toEqual({ one: undefined, two: undefined })
    await expect(opened.keep('three', 'sk-3')).rejects.toThrow(sealed)
    vi.advanceTimersByTime(1000)
    expect(await opened.kept()).toEqual({ one: undefined, two: undefined })
    await vi.waitFor(async () => expect(await opened.kept()).toEqual(both), { timeout: 10_000, interval: 20 })
  })

  it('opens to keep a secret, once it is due', async () => {
    const { folder, key } = await usedFolder()
    const good = readFileSync(key)
    rmSync(key)
    vi.useFakeTimers({ toFake: ['performance'] })
    await using opened = await openVault({ folder })
    writeFileSync(key, good, { mode: 0o600 })
    vi.advanceTimersByTime(5000)
    await opened.keep('three', 'sk-3')
    expect(await opened.kept()).toEqual({ ...both, three: 'sk-3' })
  })
})

const credentials = (folder: string, ...keys: string[]) => {
  writeFileSync(join(folder, 'llmd-master-key'), keys.map((key) => `${key}\n`).join(''))
  return { preferred: 'auto', env: { CREDENTIALS_DIRECTORY: folder } } as const
}
const newKey = () => randomBytes(32).toString('base64')

describe('a systemd credential', () => {
  it('is taken where there is one, and nothing is written', async () => {
    const folder = temporaryFolder()
    const homes = credentials(temporaryFolder(), newKey())
    {
      await using opened = await openVault({ folder, ...homes })
      await opened.keep('one', 'sk-1')
      expect(opened.vault.status()).toMatchObject({ state: 'open', home: 'credential' })
    }
    expect(existsSync(join(folder, 'master.key'))).toBe(false)
    await using again = await openVault({ folder, ...homes })
    expect(await again.kept()).toEqual({ one: 'sk-1' })
  })

  it('is not replaced by a file where it is damaged, but is where the unit has none', async () => {
    const folder = temporaryFolder()
    const credentialFolder = temporaryFolder()
    const homes = credentials(credentialFolder, 'damaged')
    await using opened = await openVault({ folder, ...homes })
    await expect(opened.keep('one', 'sk-1')).rejects.toThrow(sealed)
    rmSync(join(credentialFolder, 'llmd-master-key'))
    await opened.keep('one', 'sk-1')
    expect(opened.vault.status()).toMatchObject({ home: 'file' })
  })

  it('seals the vault where the unit has it no more', async () => {
    const folder = temporaryFolder()
    {
      await using opened = await openVault({ folder, ...credentials(temporaryFolder(), newKey()) })
      await opened.keep('one', 'sk-1')
    }
    await using opened = await openVault({ folder, preferred: 'auto', env: {} })
    expect(opened.vault.status()).toMatchObject({ state: 'sealed', home: 'credential' })
    expect(existsSync(join(folder, 'master.key'))).toBe(false)
  })

  it('is replaced by the operator: the new key above the old, then without the old', async () => {
    const folder = temporaryFolder()
    const credentialFolder = temporaryFolder()
    const [first, second] = [newKey(), newKey()]
    {
      await using opened = await openVault({ folder, ...credentials(credentialFolder, first) })
      await opened.keep('one', 'sk-1')
      const { kid } = opened.vault.status()
      expect(await opened.vault.rotate()).toMatchObject({ state: 'open', reencrypted: 1 })
      expect(opened.vault.status().kid).not.toBe(kid)
    }
    {
      await using opened = await openVault({ folder, ...credentials(credentialFolder, second, first) })
      expect(await opened.kept()).toEqual({ one: 'sk-1' })
      expect(await opened.vault.rotate()).toMatchObject({ reencrypted: 1 })
    }
    await using opened = await openVault({ folder, ...credentials(credentialFolder, second) })
    expect(await opened.kept()).toEqual({ one: 'sk-1' })
    expect(await createVaultTable(opened.database).read()).toMatchObject({ former: [] })
  })
})
