export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** Values that may stand beside a message. Never secrets, prompts or answers. */
type LogFields = Record<string, string | number | boolean | null | undefined>

export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** Longest text of one field, in characters, where a line would be longer than `longestLine`. */
const longestText = 4000
const longestLine = 16_000

/**
 * One JSON object a line: `{time, level, message, ...fields}`. `write` gets the line with its newline; the level may
 * change at any time. Lines are ASCII: nothing in them moves, hides or turns text in whatever shows them.
 */
export function createLog(options: {
  readonly level: LogLevel
  write: (line: string, level: LogLevel) => void
}): Log {
  const clock = createTimestamp()
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (logLevels.indexOf(level) < logLevels.indexOf(options.level)) return
    const entry = { time: clock(), level, message, ...fields }
    const json = JSON.stringify(entry)
    options.write(`${escapeToAscii(json.length > longestLine ? shortened(entry) : json)}\n`, level)
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** JSON that says the same in printable ASCII. */
export function escapeToAscii(json: string): string {
  if (!/[^ -~]/.test(json)) return json
  return json.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function shortened(entry: object): string {
  return JSON.stringify(entry, (_, value: unknown) =>
    typeof value === 'string' && value.length > longestText ? `${value.slice(0, longestText)}...` : value,
  )
}

/** The time as `2026-01-31T12:00:00.000Z`; lines of one millisecond share the text. */
function createTimestamp(): () => string {
  let lastMs = Number.NaN
  let text = ''
  return () => {
    const ms = Date.now()
    if (ms === lastMs) return text
    lastMs = ms
    text = new Date(ms).toISOString()
    return text
  }
}
