import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const keptMs = 7 * 86_400_000

/** Removes what is kept of conversations and was not touched for a week: its model was changed, or is gone. */
export async function pruneStateFolders(root: string): Promise<void> {
  const names = await readdir(root).catch(() => [])
  for (const name of names) {
    const folder = join(root, name)
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Infinity }))
    if (mtimeMs < Date.now() - keptMs) await rm(folder, { recursive: true, force: true })
  }
}
