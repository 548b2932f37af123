import type { LogEntry, LogFilter } from '../api/logs.ts'
import { matchLine } from '../logs/match-line.ts'
import { parseLine } from '../logs/parse-line.ts'
import { readLogFiles } from '../logs/read-log-files.ts'

/** As many as a daemon holds in memory, by default. */
const lastLines = 10_000

/**
 * Lines of the log's files that pass the filter, for when there is no daemon to ask; the last 10,000 of them where it
 * does not say since when.
 */
export async function* readStoredLogs(path: string, filter: LogFilter): AsyncGenerator<LogEntry> {
  const matches = matchLine(filter)
  let last: LogEntry[] = []
  for await (const lines of readLogFiles(path, filter)) {
    const found = lines.filter(matches).flatMap((line) => parseLine(line) ?? [])
    if (filter.since === undefined) last = [...last, ...found].slice(-lastLines)
    else yield* found
  }
  yield* last
}
