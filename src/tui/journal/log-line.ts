import type { LogEntry } from '../../api/logs.ts'
import { safe } from '../../cli/safe-text.ts'
import type { LogLevel } from '../../log.ts'

/** A line of the log, as little of it as is shown. */
export interface LogLine {
  readonly time: string
  readonly level: LogLevel
  /** The message, and what else is known as `name=value`; harmless on a terminal. */
  readonly text: string
  readonly model: string | null
}

export function toLogLine({ time, level, message, request_id, ...rest }: LogEntry): LogLine {
  let text = message
  // The id is long and tells people little: what else is known comes before it.
  for (const [name, value] of [...Object.entries(rest), ['request_id', request_id] as const]) {
    if (value !== null && value !== undefined) text += `  ${name}=${formatValue(value)}`
  }
  const { model } = rest
  return { time: localTime(time), level, text: safe(text), model: typeof model === 'string' ? model : null }
}

/** Quoted where it would not pass for one word. */
function formatValue(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
}

function digits(value: number, count = 2): string {
  return String(value).padStart(count, '0')
}

/** `12:00:00.000` */
function localTime(time: string): string {
  const at = new Date(time)
  if (Number.isNaN(at.getTime())) return '??:??:??.???'
  return `${digits(at.getHours())}:${digits(at.getMinutes())}:${digits(at.getSeconds())}.${digits(at.getMilliseconds(), 3)}`
}
