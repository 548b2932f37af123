import { once } from 'node:events'
import { safeLines } from './safe-text.ts'

/** Writes text from elsewhere, no faster than it is read; as it is to a file or pipe, made safe on a terminal. */
export async function writeStdout(text: string): Promise<void> {
  const { stdout } = process
  if (!stdout.write(stdout.isTTY ? safeLines(text) : text)) await once(stdout, 'drain')
}
