import { stat } from 'node:fs/promises'

const crashesUntilQuarantine = 2
const withinMs = 600_000

/**
 * Files whose engines crashed twice within ten minutes. A file is known by path, size and time of its last change: a
 * new one under the same path starts afresh. Held in memory only, so that a new start of the daemon may try again.
 */
export interface Quarantine {
  /** Looks at a file that is about to be loaded; what it returns takes down that its engine crashed. */
  watch(path: string): Promise<() => void>
  holds(path: string): Promise<boolean>
  release(path: string): Promise<void>
}

export function createQuarantine({ now = () => performance.now() } = {}): Quarantine {
  /** Times of the last crashes of each file. */
  const crashes = new Map<string, number[]>()
  const held = new Set<string>()
  return {
    async watch(path) {
      const file = await identify(path)
      return () => {
        if (file === undefined) return
        const recent = [...(crashes.get(file) ?? []), now()].filter((time) => time > now() - withinMs)
        crashes.set(file, recent)
        if (recent.length >= crashesUntilQuarantine) held.add(file)
      }
    },
    async holds(path) {
      const file = held.size > 0 ? await identify(path) : undefined
      return file !== undefined && held.has(file)
    },
    async release(path) {
      const file = await identify(path)
      if (file === undefined) return
      crashes.delete(file)
      held.delete(file)
    },
  }
}

/** @returns undefined where there is no file */
async function identify(path: string): Promise<string | undefined> {
  try {
    const { size, mtimeMs } = await stat(path)
    return `${size} ${mtimeMs} ${path}`
  } catch {
    return undefined
  }
}
