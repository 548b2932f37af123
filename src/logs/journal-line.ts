import type { LogLevel } from '../log.ts'

/** As in syslog, and in sd-daemon(3). */
const priorities: Record<LogLevel, number> = { error: 3, warn: 4, info: 6, debug: 7 }

/** The line with its level as systemd reads it from stderr. */
export function journalLine(line: string, level: LogLevel): string {
  return `<${priorities[level]}>${line}`
}
