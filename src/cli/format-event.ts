import type { DaemonEvent } from '../api/events.ts'
import { safe } from './safe-text.ts'

const clockFormat = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
})

const typeWidth = 'request.finished'.length

/** One line: the local time, the type, and what else is known as `name=value`. */
export function formatEvent({ time, type, ...rest }: DaemonEvent): string {
  const clock = clockFormat.format(new Date(time))
  const pairs = Object.entries(rest)
    .filter(([name, value]) => name !== 'id' && value !== null)
    .map(([name, value]) => `${name}=${formatValue(value)}`)
  return safe([clock, type.padEnd(typeWidth), ...pairs].join('  ').trimEnd())
}

/** Quoted where it would not pass for one word. */
function formatValue(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
}
