import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const keptMs = 7 * 86_400_000

interface StateFolder {
  path: string
  bytes: number
  usedMs: number
}

export interface PruneOptions {
  budgetBytes: number
  /** Folders of running engines, which stay. */
  inUse: ReadonlySet<string>
}

/**
 * Removes what is kept of conversations: first what was not touched for a week, as its model was changed or is gone;
 * then the oldest, until the rest fits the budget.
 */
export async function pruneStateFolders(root: string, options: PruneOptions): Promise<void> {
  const { budgetBytes, inUse } = options
  const names = await readdir(root).catch(() => [])
  const idle = names.map((name) => join(root, name)).filter((path) => !inUse.has(path))
  const folders = await Promise.all(idle.map(measure))
  const oldest = folders.toSorted((a, b) => a.usedMs - b.usedMs)
  let total = folders.reduce((sum, { bytes }) => sum + bytes, 0)
  for (const { path, bytes, usedMs } of oldest) {
    if (usedMs >= Date.now() - keptMs && total <= budgetBytes) continue
    await rm(path, { recursive: true, force: true })
    total -= bytes
  }
}

/** What vanishes meanwhile counts as empty. */
async function measure(path: string): Promise<StateFolder> {
  const names = await readdir(path).catch(() => [])
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(path, name)).catch(() => undefined))?.size ?? 0),
  )
  const usedMs = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0
  return { path, bytes: sizes.reduce((sum, size) => sum + size, 0), usedMs }
}
