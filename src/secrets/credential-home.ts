import { join } from 'node:path'
import { readKeys, type KeyHome } from './key-home.ts'
import { readKeyFile } from './read-key-file.ts'

const credential = 'llmd-master-key'

/** The credential `llmd-master-key` of a systemd unit, in the folder that systemd made for it. */
export function createCredentialHome(folder: string | undefined): KeyHome {
  return {
    name: 'credential',
    async read() {
      if (!folder) return []
      // Who may read it is systemd's to say, by access control lists that a mode does not show.
      const text = await readKeyFile(join(folder, credential))
      return text === null ? [] : readKeys(text, `The credential ${credential}`)
    },
    write: null,
  }
}
