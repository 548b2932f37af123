import { closeSync, fchmodSync, fstatSync, mkdirSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { escapeToAscii } from '../log.ts'
import { longestAgeMs, prune, setAside, type Retention } from './rotated-files.ts'

export interface LineFileOptions extends Retention {
  /** For its owner alone, like the folder where that is missing. */
  path: string
  /** Size from which on a new file is begun. */
  maxBytes: number
  /** Milliseconds since 1970. */
  now?: () => number
}

/** A file that lines are appended to. Disposing it writes what waits and lets go of the file. */
export interface LineFile extends Disposable {
  /** Takes a line of ASCII with its newline; it is in the file 100 ms later, or sooner. Never fails. */
  write(line: string): void
  /** Writes what waits, at once. Never fails. */
  flush(): void
}

interface OpenFile {
  fd: number
  dev: number
  ino: number
  size: number
  /** Time of its first line. */
  since: number
}

const batchBytes = 16_384
const batchMs = 100
/** How soon it is tried again where a file could not be written or set aside. */
const retryMs = 1000
/** What may wait for a disk that is full, before lines are lost. */
const mostWaiting = 2 * 1024 ** 2

/**
 * Appends lines in batches. Writing blocks, so that what was flushed is with the kernel whatever then becomes of this
 * process. While the disk takes nothing lines wait, and those that do not fit are counted: one line says so afterwards.
 */
export function openLineFile(options: LineFileOptions): LineFile {
  const { path, maxBytes, now = Date.now } = options
  let file: OpenFile | undefined
  /** Lines of ASCII: as many bytes as characters. */
  let waiting = ''
  /** What is left of a batch that was begun. */
  let unwritten: Buffer | undefined
  let failure: string | undefined
  let lost = 0
  let nextRotation = 0
  let timer: NodeJS.Timeout | undefined

  const later = (ms: number) => {
    timer ??= setTimeout(flush, ms).unref()
  }

  const say = (message: string, fields: object) => {
    const entry = { time: new Date(now()).toISOString(), level: 'warn', message, ...fields }
    waiting += `${escapeToAscii(JSON.stringify(entry))}\n`
  }

  const hasWaiting = () => unwritten !== undefined || waiting !== ''

  /** The file at the path: a new one where it was removed or replaced. */
  const current = (): OpenFile => {
    const found = statSync(path, { throwIfNoEntry: false })
    if (file && found?.ino === file.ino && found.dev === file.dev) {
      file.size = found.size
      return file
    }
    letGo()
    file = openFile(path, now())
    prune(path, options, now())
    return file
  }

  const letGo = () => {
    if (file) closeSync(file.fd)
    file = undefined
  }

  const rotate = ({ size, since }: OpenFile, coming: number) => {
    const isDue = size > 0 && (size + coming > maxBytes || now() - since > longestAgeMs(options))
    if (!isDue || now() < nextRotation) return
    try {
      setAside(path, now())
    } catch (error) {
      nextRotation = now() + retryMs * 60
      say('the log goes on in the same file, which could not be renamed', { reason: reasonOf(error) })
    }
  }

  /** Writes one batch, or the rest of one. */
  const writeBatch = () => {
    if (!unwritten) {
      rotate(current(), waiting.length)
      unwritten = Buffer.from(waiting, 'latin1')
      waiting = ''
    }
    const { fd } = current()
    while (unwritten.length > 0) {
      unwritten = unwritten.subarray(writeSync(fd, unwritten))
    }
    unwritten = undefined
  }

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    try {
      while (hasWaiting()) writeBatch()
      if (lost > 0) {
        say('lines of the log were lost', { lost, reason: failure })
        lost = 0
        writeBatch()
      }
      failure = undefined
    } catch (error) {
      failure = reasonOf(error)
      later(retryMs)
    }
  }

  return {
    write(line) {
      if (failure !== undefined && waiting.length + line.length > mostWaiting) {
        lost += 1
        return
      }
      waiting += line
      if (failure !== undefined) return
      if (waiting.length >= batchBytes) flush()
      else later(batchMs)
    },
    flush,
    [Symbol.dispose]() {
      flush()
      clearTimeout(timer)
      letGo()
    },
  }
}

function openFile(path: string, now: number): OpenFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const fd = openSync(path, 'a+', 0o600)
  fchmodSync(fd, 0o600)
  const { dev, ino, size } = fstatSync(fd)
  // A process that was killed may have left half a line.
  if (size > 0 && readText(fd, size - 1, 1) !== '\n') writeSync(fd, '\n')
  return { fd, dev, ino, size, since: firstTime(fd) ?? now }
}

function firstTime(fd: number): number | undefined {
  const [, time] = /^\{"time":"([^"]+)"/.exec(readText(fd, 0, 64)) ?? []
  const parsed = time === undefined ? Number.NaN : Date.parse(time)
  return Number.isNaN(parsed) ? undefined : parsed
}

function readText(fd: number, position: number, length: number): string {
  const buffer = Buffer.alloc(length)
  return buffer.toString('latin1', 0, readSync(fd, buffer, 0, length, position))
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
