import type { LogEntry } from '../api/logs.ts'
import type { LogLevel } from '../log.ts'
import type { Paint, Style } from './paint.ts'
import { safe } from './safe-text.ts'

const styles: Record<LogLevel, Style> = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red' }

/**
 * For people: the local time, the level, the message, and what else is known as `name=value`; texts of several lines
 * follow, indented. Whatever stands in it is harmless on a terminal.
 */
export function formatLogEntry({ time, level, message, ...rest }: LogEntry, paint: Paint): string {
  const pairs: string[] = []
  const blocks: string[] = []
  for (const [name, value] of Object.entries(rest)) {
    if (value === null || value === undefined) continue
    const label = paint('gray', `${safe(name)}=`)
    if (typeof value === 'string' && value.trim().includes('\n')) {
      blocks.push(
        `  ${label}`,
        ...value
          .trim()
          .split('\n')
          .map((line) => `    ${safe(line)}`),
      )
    } else pairs.push(`${label}${safe(formatValue(value))}`)
  }
  const style = Object.hasOwn(styles, level) ? styles[level] : 'gray'
  const head = [
    paint('gray', localTime(time)),
    paint(style, safe(level).toUpperCase().padEnd(5)),
    [safe(message), ...pairs].join('  '),
  ]
  return [head.join(' '), ...blocks].join('\n')
}

/** Quoted where it would not pass for one word. */
function formatValue(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
}

/** `2026-01-31 12:00:00.000` */
function localTime(time: string): string {
  const at = new Date(time)
  if (Number.isNaN(at.getTime())) return safe(time)
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')
  return `${date} ${clock}.${String(at.getMilliseconds()).padStart(3, '0')}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
