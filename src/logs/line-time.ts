const start = '{"time":"'
const timeLength = '2026-01-31T12:00:00.000Z'.length

/** The time that a line of a log begins with; undefined for what is no such line, as the end of one that was torn. */
export function lineTime(line: string): string | undefined {
  return line.startsWith(start) && line.endsWith('}')
    ? line.slice(start.length, start.length + timeLength)
    : undefined
}
