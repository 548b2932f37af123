import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { LlmdError } from '../errors.ts'

const pollMs = 25

export interface LockOwner {
  pid: number
  kind: 'daemon' | 'command'
  /** ISO 8601. */
  since: string
}

/** The data folder is this process's own until disposal, or until the process ends in whatever way. */
export interface DataLock extends Disposable {
  readonly owner: LockOwner
}

export interface AcquireDataLockOptions {
  lockFile: string
  ownerFile: string
  kind: LockOwner['kind']
  /** How long to wait for a command to finish. A daemon is not waited for. */
  waitMs: number
  signal?: AbortSignal
}

/**
 * Makes this process the only one that uses a data folder.
 *
 * The lock is SQLite's own on a file that stays empty: a record lock of the kernel, which goes with the process
 * however it ends and is not inherited by its children. Nothing but SQLite may open that file, for closing any
 * descriptor of it would drop the lock.
 * @throws LlmdError `data_locked`; AbortError once the signal fires
 */
export async function acquireDataLock(options: AcquireDataLockOptions): Promise<DataLock> {
  const { lockFile, ownerFile, kind, waitMs, signal } = options
  const deadline = performance.now() + waitMs
  for (;;) {
    signal?.throwIfAborted()
    const lock = tryLock(lockFile)
    if (lock) return claim(lock, ownerFile, kind)
    const owner = readLockOwner(ownerFile)
    const waitIsVain = owner?.kind === 'daemon' && isAlive(owner.pid)
    if (waitIsVain || performance.now() >= deadline) throw dataLocked(dirname(lockFile), owner)
    await setTimeout(pollMs, undefined, { signal })
  }
}

/** Whoever took the lock last; they hold it still only if it cannot be acquired. */
export function readLockOwner(ownerFile: string): LockOwner | undefined {
  try {
    const owner: Partial<LockOwner> = JSON.parse(readFileSync(ownerFile, 'utf8'))
    if (typeof owner.pid !== 'number' || typeof owner.since !== 'string') return undefined
    return { pid: owner.pid, kind: owner.kind === 'daemon' ? 'daemon' : 'command', since: owner.since }
  } catch {
    return undefined
  }
}

function tryLock(lockFile: string): Sqlite.Database | undefined {
  // Two that try at the same instant can block each other; SQLite's own short wait lets one of them through.
  const database = new Sqlite(lockFile, { timeout: 10 })
  try {
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')) return undefined
    throw error
  }
}

function claim(lock: Sqlite.Database, ownerFile: string, kind: LockOwner['kind']): DataLock {
  const owner: LockOwner = { pid: process.pid, kind, since: new Date().toISOString() }
  try {
    writeOwner(ownerFile, owner)
  } catch (error) {
    lock.close()
    throw error
  }
  return {
    owner,
    [Symbol.dispose]() {
      if (!lock.open) return
      rmSync(ownerFile, { force: true })
      lock.close()
    },
  }
}

/** In one step, for others read it at any time. */
function writeOwner(ownerFile: string, owner: LockOwner): void {
  const draft = `${ownerFile}.new`
  // A killed process may have left one; whatever lies there is not written through.
  rmSync(draft, { force: true })
  writeFileSync(draft, JSON.stringify(owner), { flag: 'wx', mode: 0o600 })
  renameSync(draft, ownerFile)
}

function dataLocked(folder: string, owner: LockOwner | undefined): LlmdError {
  const holder =
    owner?.kind === 'daemon'
      ? `the llmd daemon with pid ${owner.pid}`
      : `another llmd command${owner ? ` with pid ${owner.pid}` : ''}`
  return new LlmdError('data_locked', `The data folder ${folder} is in use by ${holder}.`, {
    hint:
      owner?.kind === 'daemon'
        ? 'Stop that daemon first, or set LLMD_HOME to use another folder.'
        : 'Try again when it has finished.',
  })
}

/** Tells the daemon that holds the lock from the record of one that was killed, before its successor wrote its own. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
