import type { LogFilter } from '../api/logs.ts'
import { logLevels } from '../log.ts'
import { lineTime } from './line-time.ts'
import { parseLine } from './parse-line.ts'

/** A test for lines of the log: those that were asked for. What is no line never passes, but for lines that only begin and end like one. */
export function matchLine({ since, level, model, request }: LogFilter): (line: string) => boolean {
  const lowest = level === undefined ? 0 : logLevels.indexOf(level)
  const looksInside = lowest > 0 || model !== undefined || request !== undefined
  return (line) => {
    const time = lineTime(line)
    if (time === undefined || (since !== undefined && time < since)) return false
    if (!looksInside) return true
    const entry = parseLine(line)
    return (
      entry !== undefined &&
      logLevels.indexOf(entry.level) >= lowest &&
      (model === undefined || entry['model'] === model || entry['target'] === model) &&
      (request === undefined || entry['request_id'] === request)
    )
  }
}
