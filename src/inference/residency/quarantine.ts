import { stat } from 'node:fs/promises'
import type { Log } from '../../log.ts'

const withinMs = 600_000

/** A file whose engine crashed. */
export interface CrashedFile {
  path: string
  sizeBytes: number
  /** Time of its last change, in milliseconds since 1970. */
  modifiedMs: number
  /** ISO 8601, as is the other. */
  crashedAt: string
  /** Since when it is loaded no more; null after one crash. */
  quarantinedAt: string | null
}

/** Where crashes are kept beyond the life of the daemon: the newest of each path. */
export interface CrashTable {
  find(path: string): Promise<CrashedFile | undefined>
  put(file: CrashedFile): Promise<void>
  remove(path: string): Promise<void>
}

/**
 * Files whose engines crashed twice within ten minutes. A file is known by path, size and time of its last change: a
 * new one under the same path starts afresh.
 */
export interface Quarantine {
  /** Looks at a file that is about to be loaded; what it returns takes down that its engine crashed. */
  watch(path: string): Promise<() => void>
  /** Since when it holds the file; null where it does not. */
  heldSince(path: string): Promise<Date | null>
  release(path: string): Promise<void>
}

type FileIdentity = Pick<CrashedFile, 'path' | 'sizeBytes' | 'modifiedMs'>

export function createQuarantine(options: {
  table: CrashTable
  log: Log
  /** The wall clock, in milliseconds since 1970: crashes are kept over restarts. */
  now?: () => number
}): Quarantine {
  const { table, log, now = Date.now } = options
  // One after the other, and before anyone is told what is held.
  let recording = Promise.resolve()

  async function find(file: FileIdentity): Promise<CrashedFile | undefined> {
    const known = await table.find(file.path)
    return known?.sizeBytes === file.sizeBytes && known.modifiedMs === file.modifiedMs ? known : undefined
  }

  async function record(file: FileIdentity, at: number): Promise<void> {
    const previous = await find(file)
    const isSecond = previous !== undefined && at - Date.parse(previous.crashedAt) < withinMs
    const crashedAt = new Date(at).toISOString()
    const quarantinedAt = previous?.quarantinedAt ?? (isSecond ? crashedAt : null)
    await table.put({ ...file, crashedAt, quarantinedAt })
  }

  return {
    async watch(path) {
      const file = await identify(path)
      return () => {
        if (file === undefined) return
        const at = now()
        recording = recording
          .then(() => record(file, at))
          .catch((error: unknown) =>
            log.error('a crash could not be recorded', { path, reason: String(error) }),
          )
      }
    },
    async heldSince(path) {
      await recording
      const file = await identify(path)
      const { quarantinedAt = null } = (file && (await find(file))) ?? {}
      return quarantinedAt === null ? null : new Date(quarantinedAt)
    },
    async release(path) {
      await recording
      await table.remove(path)
    },
  }
}

/** @returns undefined where there is no file */
async function identify(path: string): Promise<FileIdentity | undefined> {
  try {
    const { size, mtimeMs } = await stat(path)
    return { path, sizeBytes: size, modifiedMs: mtimeMs }
  } catch {
    return undefined
  }
}
