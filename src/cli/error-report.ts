import { CLIError } from '@oclif/core/errors'
import { LlmdError } from '../errors.ts'
import { exitCode } from './exit-code.ts'

/** What a failed command tells, and `--json` prints as `{"error": {code, message, hint}}`. */
export interface ErrorReport {
  code: string
  message: string
  hint: string | null
}

/** What to tell of an error, and the exit code that goes with it. */
export function reportError(error: unknown): { report: ErrorReport; exitCode: number } {
  if (error instanceof LlmdError) {
    const { code, message } = error
    return { report: { code, message, hint: hintOf(error) }, exitCode: exitCode(error) }
  }
  const text = error instanceof Error ? error.message : String(error)
  if (isUsageError(error)) {
    const message = oneLine(text.replace(/\nSee more help with --help$/, ''))
    const hint = 'See how it is used with --help.'
    return { report: { code: 'invalid_request', message, hint }, exitCode: 2 }
  }
  const message = `llmd met an unexpected error: ${text}`
  const hint = 'LLMD_DEBUG=1 shows where it comes from.'
  return { report: { code: 'internal_error', message, hint }, exitCode: 1 }
}

/** The daemon speaks to all its clients, and a command has flags in place of headers. */
function hintOf({ code, hint }: LlmdError): string | null {
  if (code === 'invalid_api_key') return 'Give the key of a token with --token or LLMD_TOKEN.'
  if (code === 'permission_denied')
    return hint ?? 'Give the key of a token that may, with --token or LLMD_TOKEN.'
  return hint ?? null
}

/** oclif marks what its parser refuses with the exit code 2. */
function isUsageError(error: unknown): boolean {
  return error instanceof CLIError && error.oclif.exit === 2
}

/** `Missing 1 required arg:`, then one argument a line, comes as one line; what only announces errors is left out. */
function oneLine(message: string): string {
  const lines = message
    .replace(/^The following (?:\d+ )?errors? occurred:\n/, '')
    .replace(/^Parsing (--\S+)/, '$1:')
    .split('\n')
    .map((line) => line.trim().replace(/\s{2,}/g, ' '))
    .filter((line) => line !== '')
  return lines.join(' ')
}
