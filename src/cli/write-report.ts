import type { ErrorReport } from './error-report.ts'
import { safe, safeJson } from './safe-text.ts'

/** One line of what is wrong and one of what to do, on stderr; or the document that `--json` asks for, on stdout. */
export function writeReport(report: ErrorReport, { json }: { json: boolean }): void {
  if (json) {
    process.stdout.write(`${safeJson({ error: report })}\n`)
    return
  }
  process.stderr.write(`Error: ${safe(report.message)}\n`)
  if (report.hint !== null) process.stderr.write(`Hint: ${safe(report.hint)}\n`)
}
