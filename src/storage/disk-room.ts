import { randomBytes } from 'node:crypto'
import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Log } from '../log.ts'

const mebibyte = 1024 * 1024

/** What is kept back on the disk for the moment when it is full: on a full disk SQLite cannot even delete. */
export interface DiskRoom extends Disposable {
  /** Whether what was kept back is in use; what needs room is refused then. */
  readonly full: boolean
  /** Bytes that are free on the disk, what is kept back aside. */
  readonly freeBytes: number
  /** Gives up what was kept back. False when that was done already. */
  release(): boolean
  /** From now on room is kept back whenever there is enough of it; the log tells when it is given up, and when it is back. */
  watch(log: Log): void
}

export interface DiskRoomOptions {
  /** The file that takes the room. */
  file: string
  ballastBytes?: number
  /** What has to be free beside the ballast. */
  marginBytes?: number
  checkMs?: number
}

/** Gives up the ballast at once where nothing else is free, so that the data can be opened. */
export function createDiskRoom(options: DiskRoomOptions): DiskRoom {
  const { file, ballastBytes = 8 * mebibyte, marginBytes = 4 * mebibyte, checkMs = 5000 } = options
  let full = false
  let log: Log | undefined
  let timer: NodeJS.Timeout | undefined

  const freeBytes = () => {
    const { bavail, bsize } = statfsSync(dirname(file))
    return bavail * bsize
  }

  const tellFull = () => log?.error('the disk is full: nothing is added until there is room')

  const release = () => {
    if (!full) tellFull()
    full = true
    if (!existsSync(file)) return false
    rmSync(file, { force: true })
    return true
  }

  const keepBack = () => {
    try {
      if (!existsSync(file)) {
        if (freeBytes() < ballastBytes + marginBytes) return
        writeFileSync(file, randomBytes(ballastBytes), { mode: 0o600 })
      }
      if (full) log?.info('there is room on the disk again')
      full = false
    } catch (error) {
      // Somebody else was faster; half a ballast is none.
      rmSync(file, { force: true })
      log?.debug('no room could be kept back', { reason: String(error) })
    }
  }

  if (freeBytes() < Math.min(ballastBytes, mebibyte)) release()
  return {
    get full() {
      return full
    },
    get freeBytes() {
      return freeBytes()
    },
    release,
    watch(to) {
      log = to
      keepBack()
      if (full) tellFull()
      timer ??= setInterval(keepBack, checkMs).unref()
    },
    [Symbol.dispose]() {
      clearInterval(timer)
    },
  }
}
