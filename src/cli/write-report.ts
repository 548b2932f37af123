import type { ErrorReport } from './error-report.ts'
import { safe } from './safe-text.ts'

/** One line of what is wrong and one of what to do, on stderr. */
export function writeReport({ message, hint }: ErrorReport): void {
  process.stderr.write(`Error: ${safe(message)}\n`)
  if (hint !== null) process.stderr.write(`Hint: ${safe(hint)}\n`)
}
