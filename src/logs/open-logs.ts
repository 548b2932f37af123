import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { LogQuery } from '../api/logs.ts'
import type { LogLevel } from '../log.ts'
import type { LogTarget } from './choose-target.ts'
import { journalLine } from './journal-line.ts'
import { createLineBatch } from './line-batch.ts'
import { openLineFile, type LineFileOptions } from './line-file.ts'
import { openLogReader, type LogReader } from './open-log-reader.ts'
import { parseLine } from './parse-line.ts'
import { readLogFiles } from './read-log-files.ts'
import { createRecentLines } from './recent-lines.ts'

/** Where the lines of the log go, and where they can be read again. Disposing it writes what waits. */
export interface Logs extends Disposable {
  /** Takes a line with its newline. */
  readonly write: (line: string, level: LogLevel) => void
  /** Writes what waits, at once. */
  readonly flush: () => void
  /** Reads the log from here on; to be disposed. */
  read(query: LogQuery): LogReader
}

export interface LogsOptions {
  target: LogTarget
  /** Takes what goes to stderr. */
  writeStderr: (text: string) => void
  file: LineFileOptions
  /** How many lines are held in memory. */
  recentLines: number
}

/** How much of the file is held in memory from the start. */
const tailBytes = 256 * 1024

export function openLogs({ target, writeStderr, file, recentLines }: LogsOptions): Logs {
  const recent = createRecentLines({ capacity: recentLines })
  const lines = target === 'file' ? openLineFile(file) : undefined
  if (lines) {
    for (const line of readTail(file.path)) recent.add(line)
  }
  const batch = createLineBatch({ write: writeStderr })
  const flush = lines ? () => lines.flush() : () => batch.flush()

  return {
    write(line, level) {
      recent.add(line.slice(0, -1))
      if (lines) lines.write(line)
      else batch.add(target === 'journald' ? journalLine(line, level) : line)
      // It may be the last thing this process does.
      if (level === 'error') flush()
    },
    flush,
    read: (query) =>
      openLogReader({ recent, query, stored: lines && ((since) => readLogFiles(file.path, { since })) }),
    [Symbol.dispose]() {
      batch[Symbol.dispose]()
      lines?.[Symbol.dispose]()
    },
  }
}

/** What the last run wrote last. */
function readTail(path: string): string[] {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY)
  } catch {
    return []
  }
  try {
    const { size } = fstatSync(fd)
    const start = Math.max(0, size - tailBytes)
    const buffer = Buffer.alloc(size - start)
    const text = buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, start))
    return text.split('\n').filter((line) => parseLine(line) !== undefined)
  } finally {
    closeSync(fd)
  }
}
