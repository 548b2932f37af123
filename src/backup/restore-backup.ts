import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  fsyncSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { inspectDatabaseFile, settleDatabaseFile } from '../storage/inspect-database-file.ts'
import { acquireDataLock } from '../storage/lock.ts'
import { unpack } from './unpack.ts'

export interface RestoreOptions {
  /** A backup, or a copy of a database as llmd makes it before it changes the schema. */
  file: string
  /** Where things are. */
  paths: { data: string; database: string; usage: string; lock: string; owner: string }
}

export interface Restored {
  /** Names of the databases that were put back. */
  files: string[]
  /** Folder with what was there before; null where there was nothing. */
  replaced: string | null
}

/** How long another command may take to end. */
const lockWaitMs = 5000

/**
 * Puts back what a backup holds. Nothing is touched before all of it was checked, and at no moment is a database
 * missing. What was there is kept in a folder beside.
 * @throws LlmdError `data_locked` while a daemon runs; `data_corrupt`, `data_too_new`, `invalid_request` for a backup
 *   that cannot be used
 */
export async function restoreBackup({ file, paths }: RestoreOptions): Promise<Restored> {
  const { data, lock, owner } = paths
  mkdirSync(data, { recursive: true, mode: 0o700 })
  using _ = await acquireDataLock({ lockFile: lock, ownerFile: owner, kind: 'command', waitMs: lockWaitMs })
  const unpacked = mkdtempSync(join(data, 'restoring-'))
  try {
    const files = (await unpack(file, unpacked)).map((path) => {
      const { kind } = inspectDatabaseFile(path)
      return { path, place: kind === 'state' ? paths.database : paths.usage }
    })
    const aside = join(data, `replaced-${new Date().toISOString().replaceAll(/[-:]/g, '')}`)
    for (const { path, place } of files) replace({ path, place, aside })
    flushFolder(data)
    return {
      files: files.map(({ place }) => basename(place)),
      replaced: existsSync(aside) ? aside : null,
    }
  } finally {
    rmSync(unpacked, { recursive: true, force: true })
  }
}

function replace({ path, place, aside }: { path: string; place: string; aside: string }): void {
  if (existsSync(place)) {
    mkdirSync(aside, { recursive: true, mode: 0o700 })
    settleDatabaseFile(place)
    // A second name, so that the first never goes.
    linkSync(place, join(aside, basename(place)))
  }
  // SQLite would take the log of the one for that of the other.
  for (const end of ['-wal', '-shm']) {
    if (!existsSync(`${place}${end}`)) continue
    mkdirSync(aside, { recursive: true, mode: 0o700 })
    renameSync(`${place}${end}`, join(aside, `${basename(place)}${end}`))
  }
  renameSync(path, place)
  flushFolder(dirname(place))
}

function flushFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
