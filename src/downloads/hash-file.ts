import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** SHA-256 in lower-case hexadecimal. @throws the reason of the signal */
export async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { signal, highWaterMark: 1024 * 1024 }))
      hash.update(chunk)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
  return hash.digest('hex')
}
