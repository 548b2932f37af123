import { constants } from 'node:fs'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LlmdError } from '../errors.ts'
import { readKeys, type KeyHome } from './key-home.ts'
import { formatMasterKeys } from './master-key.ts'
import { readKeyFile } from './read-key-file.ts'

/** A file that nobody but its owner may read. */
export function createFileHome(path: string): KeyHome {
  return {
    name: 'file',
    async read() {
      const check = (file: FileHandle) => checkOwner(file, path)
      const text = await readKeyFile(path, { flags: constants.O_NOFOLLOW, check })
      return text === null ? [] : readKeys(text, path)
    },
    async write(keys) {
      try {
        await replaceFile(path, formatMasterKeys(keys))
      } catch (error) {
        const { code }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error))
        throw new LlmdError('sealed', `The master key cannot be written to ${path} (${code}).`, {
          hint: 'The folder must be one that the user of the daemon may write to, with room in it.',
        })
      }
    },
  }
}

async function checkOwner(file: FileHandle, path: string): Promise<void> {
  const { mode, uid } = await file.stat()
  if (uid !== process.getuid?.()) {
    throw new LlmdError('sealed', `${path} belongs to another user.`, {
      hint: 'Whoever owns it may have read it or put it there. Make it yours if you trust it.',
    })
  }
  if ((mode & 0o077) !== 0) {
    throw new LlmdError('sealed', `${path} is open to others.`, {
      hint: `If nobody else has read it: chmod 600 ${path}. Then: llmd vault rotate`,
    })
  }
}

/** All of the new text or all of the old is there, even after a power cut. */
async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`
  // Of a write that was cut short.
  await rm(fresh, { force: true })
  {
    await using file = await open(fresh, 'wx', 0o600)
    await file.writeFile(text)
    await file.sync()
  }
  await rename(fresh, path)
  await using folder = await open(dirname(path), 'r')
  await folder.sync()
}
