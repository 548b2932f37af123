import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { LlmdError } from '../errors.ts'

/** Of some hundred keys. */
const mostBytes = 16_384

/**
 * The text of a small file; null where there is none.
 * @param check Whether the file may be trusted, by its descriptor: the path may name another one a moment later
 * @throws LlmdError `sealed`
 */
export async function readKeyFile(
  path: string,
  { flags = 0, check }: { flags?: number; check?: (file: FileHandle) => Promise<void> } = {},
): Promise<string | null> {
  try {
    // A pipe in its place must not keep anyone waiting.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | flags)
    await check?.(file)
    const stat = await file.stat()
    if (!stat.isFile() || stat.size > mostBytes) {
      throw new LlmdError('sealed', `${path} is no file of keys.`, {
        hint: 'Put back a copy, or move it away and use: llmd vault import FILE',
      })
    }
    return await file.readFile('utf8')
  } catch (error) {
    if (error instanceof LlmdError) throw error
    const { code }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error))
    if (code === 'ENOENT') return null
    throw new LlmdError('sealed', `${path} cannot be read (${code}).`, {
      hint: 'Make it a file that the user of the daemon may read. The daemon then finds it without a restart.',
    })
  }
}
