import { LlmdError } from '../errors.ts'
import { createCredentialHome } from './credential-home.ts'
import { createFileHome } from './file-home.ts'
import type { KeyHome } from './key-home.ts'
import { createKeychainHome, hasDesktopSession } from './keychain-home.ts'
import { generateMasterKey, type MasterKey } from './master-key.ts'
import type { MasterKeyHome } from './vault.ts'

export interface KeyHomesOptions {
  /** Where a new key goes; `auto` takes the credential, else the keychain of a desktop session, else the file. */
  preferred: 'auto' | 'keychain' | 'file'
  /** Absolute path of the file. */
  file: string
  /** Absolute path of the module `keychain-child`. */
  keychainChildPath: string
  env: NodeJS.ProcessEnv
}

/** The homes that a vault's master key can have. */
export interface KeyHomes {
  home(name: MasterKeyHome, vaultId: string): KeyHome
  /**
   * Sees to it that the preferred home has these keys; without keys, that it has one.
   * @returns The home, and what it holds now
   * @throws LlmdError `sealed` where none can
   */
  settle(vaultId: string, keys?: MasterKey[]): Promise<{ home: KeyHome; keys: MasterKey[] }>
}

export function createKeyHomes({ preferred, file, keychainChildPath, env }: KeyHomesOptions): KeyHomes {
  const home = (name: MasterKeyHome, vaultId: string): KeyHome => {
    if (name === 'credential') return createCredentialHome(env['CREDENTIALS_DIRECTORY'])
    if (name === 'file') return createFileHome(file)
    return createKeychainHome({ vaultId, childPath: keychainChildPath, env })
  }
  const candidates = (): MasterKeyHome[] => {
    if (preferred !== 'auto') return [preferred]
    return hasDesktopSession(env, process.platform)
      ? ['credential', 'keychain', 'file']
      : ['credential', 'file']
  }
  return {
    home,
    async settle(vaultId, wanted) {
      let failure: unknown = new LlmdError('sealed', 'There is no home for the master key.')
      for (const name of candidates()) {
        const candidate = home(name, vaultId)
        try {
          const keys = await addKeys(candidate, wanted)
          if (keys) return { home: candidate, keys }
        } catch (error) {
          failure = error
          // Many sessions have no keychain that works. Of the others, what is there is meant.
          if (name !== 'keychain') break
        }
      }
      throw failure
    },
  }
}

/**
 * Adds what a home lacks, before what it has; nothing is ever taken away.
 * @returns All that it holds now; undefined for a home that cannot be written to and lacks some
 */
export async function addKeys(home: KeyHome, wanted?: MasterKey[]): Promise<MasterKey[] | undefined> {
  const held = await home.read()
  const lacking = (wanted ?? (held.length > 0 ? [] : [generateMasterKey()])).filter(
    ({ check }) => !held.some((key) => key.check === check),
  )
  if (lacking.length === 0) return held
  if (!home.write) return undefined
  const keys = [...lacking, ...held]
  await home.write(keys)
  return keys
}
