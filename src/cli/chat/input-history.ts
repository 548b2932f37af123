import { appendFileSync, chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** What was typed, also in former conversations. */
export interface InputHistory {
  /** The newest first. */
  lines: string[]
  add(line: string): void
}

const mostLines = 1000
const longestLine = 10_000
/** Only its owner may know what was asked. */
const mode = 0o600

/** Nothing is kept. */
export const noHistory: InputHistory = { lines: [], add() {} }

/** Keeps the newest lines in a file. Where that cannot be, nothing is kept: it is no more than a convenience. */
export function openInputHistory(file: string): InputHistory {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    // Made now if it is not there.
    appendFileSync(file, '', { mode })
    chmodSync(file, mode)
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
    const kept = lines.slice(-mostLines)
    if (lines.length > 2 * mostLines) replace(file, kept)
    return { lines: kept.toReversed(), add: (line) => append(file, line) }
  } catch {
    return noHistory
  }
}

function append(file: string, line: string): void {
  if (line.trim() === '' || line.length > longestLine) return
  try {
    appendFileSync(file, `${line.replaceAll('\n', ' ')}\n`, { mode })
  } catch {
    // The disk may be full; the conversation goes on.
  }
}

function replace(file: string, lines: string[]): void {
  const next = `${file}.${process.pid}`
  writeFileSync(next, `${lines.join('\n')}\n`, { mode })
  renameSync(next, file)
}
