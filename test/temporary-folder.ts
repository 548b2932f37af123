import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Has something done at the end of the running test, or of whatever is meant instead. */
export type AtEnd = (end: () => void) => void

/** A fresh folder that goes at the end. */
export function temporaryFolder(atEnd: AtEnd = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'llmd-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
