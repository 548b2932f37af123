import type { LogEntry } from '../api/logs.ts'
import { logLevels } from '../log.ts'

/** What a line of the log says; undefined for what is none, as the end of one that was torn. */
export function parseLine(line: string): LogEntry | undefined {
  try {
    const entry: Partial<LogEntry> = JSON.parse(line)
    return isEntry(entry) ? entry : undefined
  } catch {
    return undefined
  }
}

function isEntry(entry: Partial<LogEntry> | null): entry is LogEntry {
  return (
    typeof entry?.time === 'string' &&
    typeof entry.message === 'string' &&
    logLevels.some((level) => level === entry.level)
  )
}
