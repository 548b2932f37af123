import { open, rm, type FileHandle } from 'node:fs/promises'
import { LlmdError } from '../errors.ts'

/**
 * Writes a file that is not there yet, for its owner alone. It is on the disk when this resolves, and there is none
 * when it throws.
 * @returns bytes written
 * @throws LlmdError `invalid_request` for a file that is there, or cannot be written
 */
export async function saveFile(path: string, content: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0
  await using file = await create(path)
  try {
    for await (const chunk of content) {
      await file.writeFile(chunk)
      bytes += chunk.length
    }
    await file.sync()
    return bytes
  } catch (error) {
    await rm(path, { force: true })
    const isOfTheDisk = error instanceof Error && 'syscall' in error
    throw isOfTheDisk ? refused(path, error) : error
  }
}

async function create(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (error) {
    throw refused(path, error)
  }
}

function refused(path: string, error: unknown): LlmdError {
  const { code, message }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error))
  const problem = code === 'EEXIST' ? 'is there already' : `cannot be written (${code ?? message})`
  return new LlmdError('invalid_request', `${path} ${problem}.`, {
    hint: 'Choose another file.',
    cause: error,
  })
}
