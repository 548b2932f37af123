import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { Secret } from '../../src/secret.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { missingForKeyring, startKeyringSession, type KeyringSession } from './fixtures/keyring-session.ts'
import { openVault } from './fixtures/open-vault.ts'

const sealed = expect.objectContaining({ code: 'sealed', hint: expect.any(String) })
const missing = missingForKeyring()
const crashingChild = fileURLToPath(new URL('../fixtures/processes/crashing-child.ts', import.meta.url))

describe.skipIf(missing !== undefined)(`GNOME's keyring${missing ? ` (needs ${missing})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'llmd-'))
  let session: KeyringSession
  beforeAll(async () => {
    session = await startKeyringSession(folder)
  })
  beforeEach(() => session.restart('unlocked'))
  afterAll(async () => {
    await session[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })
  const open = (vaultFolder: string, preferred: 'auto' | 'keychain' = 'auto') =>
    openVault({ folder: vaultFolder, preferred, env: session.env })

  /** A folder with a vault whose key is in the keyring, closed. */
  async function usedFolder(): Promise<string> {
    const used = temporaryFolder()
    await using opened = await open(used)
    await opened.keep('one', 'sk-1')
    expect(opened.vault.status()).toMatchObject({ state: 'open', home: 'keychain' })
    return used
  }

  it('holds the key, over restarts of llmd and of itself; nothing else does', async () => {
    const used = await usedFolder()
    expect(existsSync(join(used, 'master.key'))).toBe(false)
    await session.restart('unlocked')
    await using opened = await open(used)
    expect(await opened.kept()).toEqual({ one: 'sk-1' })
  })

  it('seals the vault while it is locked, and nothing is regenerated', async () => {
    const used = await usedFolder()
    await session.restart('locked')
    await using opened = await open(used)
    expect(opened.vault.status()).toMatchObject({
      state: 'sealed',
      home: 'keychain',
      reason: expect.stringContaining('locked'),
    })
    await expect(opened.keep('two', 'sk-2')).rejects.toThrow(sealed)
    await expect(opened.vault.rotate()).rejects.toThrow(sealed)
    expect(existsSync(join(used, 'master.key'))).toBe(false)
    await session.restart('unlocked')
    expect(await opened.vault.reopen()).toMatchObject({ state: 'open' })
    expect(await opened.kept()).toEqual({ one: 'sk-1' })
  })

  it('is not used for a new vault while it is locked: the file is, unless the keychain was asked for', async () => {
    await session.restart('locked')
    await using wanted = await open(temporaryFolder(), 'keychain')
    await expect(wanted.keep('one', 'sk-1')).rejects.toThrow(sealed)
    expect(wanted.vault.status().state).toBe('empty')
    await using any = await open(temporaryFolder())
    await any.keep('one', 'sk-1')
    expect(any.vault.status()).toMatchObject({ state: 'open', home: 'file' })
  })

  it('takes part in a rotation', async () => {
    const used = await usedFolder()
    {
      await using opened = await open(used)
      expect(await opened.vault.rotate()).toMatchObject({ reencrypted: 1, home: 'keychain' })
    }
    await using again = await open(used)
    expect(await again.kept()).toEqual({ one: 'sk-1' })
  })

  it('changes nothing in a rotation that it cannot take part in', async () => {
    const used = await usedFolder()
    await using opened = await open(used)
    await session.restart('locked')
    await expect(opened.vault.rotate()).rejects.toThrow(sealed)
    expect(await opened.kept()).toEqual({ one: 'sk-1' })
    await session.restart('unlocked')
    await using again = await open(used)
    expect(await again.kept()).toEqual({ one: 'sk-1' })
  })

  it('keeps the keys of several vaults apart, and gives one up to a file by an import', async () => {
    const [first, second] = [await usedFolder(), await usedFolder()]
    const passphrase = new Secret('correct horse battery')
    {
      await using opened = await open(first)
      const text = await opened.vault.export(passphrase)
      await using moving = await openVault({ folder: second, preferred: 'file', env: session.env })
      await expect(moving.vault.import(text, passphrase)).rejects.toMatchObject({ code: 'invalid_request' })
      const own = await moving.vault.export(passphrase)
      expect(await moving.vault.import(own, passphrase)).toMatchObject({ home: 'file' })
    }
    await using apart = await openVault({ folder: second, env: {} })
    expect(await apart.kept()).toEqual({ one: 'sk-1' })
  })
})

/** A bus that takes connections and never says a word. */
async function silentBus(): Promise<NodeJS.ProcessEnv> {
  const path = join(temporaryFolder(), 'bus')
  const server = createServer()
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return {
    PATH: process.env['PATH'],
    HOME: temporaryFolder(),
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}`,
  }
}
const noBus = async () => ({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' })

describe('a keychain that does not work', () => {
  it.each([
    ['hangs', silentBus],
    ['is broken', noBus],
  ])('and %s keeps nobody waiting for more than its three seconds', async (_, bus) => {
    const folder = temporaryFolder()
    const env = await bus()
    await using wanted = await openVault({ folder, preferred: 'keychain', env })
    const started = performance.now()
    await expect(wanted.keep('one', 'sk-1')).rejects.toThrow(sealed)
    expect(performance.now() - started).toBeLessThan(6000)
    expect(wanted.vault.status().state).toBe('empty')
  })

  it.each([
    ['crashes', crashingChild],
    ['is not there', '/nonexistent/keychain-child.ts'],
  ])('is told of where its process %s', async (_, keychainChildPath) => {
    const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }
    const options = { folder: temporaryFolder(), preferred: 'keychain', env, keychainChildPath } as const
    await using wanted = await openVault(options)
    await expect(wanted.keep('one', 'sk-1')).rejects.toThrow(sealed)
  })

  it('is not asked outside of a desktop session', async () => {
    const options = { folder: temporaryFolder(), preferred: 'auto', env: {} } as const
    await using opened = await openVault({ ...options, keychainChildPath: '/nonexistent/keychain-child.ts' })
    await opened.keep('one', 'sk-1')
    expect(opened.vault.status()).toMatchObject({ home: 'file' })
    expect(opened.logged.join('')).not.toContain('keychain')
  })
})
