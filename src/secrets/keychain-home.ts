import { askKeychain } from './ask-keychain.ts'
import { readKeys, type KeyHome } from './key-home.ts'
import { formatMasterKeys } from './master-key.ts'

export interface KeychainHomeOptions {
  /** Names the entry. */
  vaultId: string
  /** Absolute path of the module `keychain-child`. */
  childPath: string
  env: NodeJS.ProcessEnv
}

/** The keychain of the desktop. */
export function createKeychainHome({ vaultId, childPath, env }: KeychainHomeOptions): KeyHome {
  const account = `master-key ${vaultId}`
  return {
    name: 'keychain',
    async read() {
      const text = await askKeychain({ do: 'read', account }, { childPath, env })
      return text === null ? [] : readKeys(text, 'The entry of llmd in the keychain')
    },
    async write(keys) {
      await askKeychain({ do: 'write', account, text: formatMasterKeys(keys) }, { childPath, env })
    },
  }
}

/** Whether the process belongs to a desktop session; elsewhere there is no keychain, or nobody to unlock it. */
export function hasDesktopSession(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  return platform === 'darwin' || (env['DBUS_SESSION_BUS_ADDRESS'] ?? '') !== ''
}
