import { safeLines } from './safe-text.ts'
import { writePainted } from './write-painted.ts'

/** Writes text from elsewhere, no faster than it is read; as it is to a file or pipe, made safe on a terminal. */
export function writeStdout(text: string): Promise<void> {
  return writePainted(process.stdout.isTTY ? safeLines(text) : text)
}
