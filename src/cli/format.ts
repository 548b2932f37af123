const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB']

/** As in `1.2 GB`, in powers of 1000. */
export function formatBytes(bytes: number): string {
  let unit = 0
  let value = bytes
  // 999.95 would be rounded up to 1000 of the smaller unit.
  while (value >= (unit === 0 ? 1000 : 999.95) && unit < byteUnits.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${byteUnits[unit]}`
}

const timeUnits: [name: string, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]

/** The largest whole unit, as in `3 hours`. */
export function formatDuration(seconds: number): string {
  const [name, size] = timeUnits.find(([, unit]) => seconds >= unit) ?? ['second', 1]
  const count = Math.floor(seconds / size)
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

/** As in `3 hours ago` or `in 90 days`. */
export function formatRelativeTime(timestamp: string, now: number = Date.now()): string {
  const seconds = (Date.parse(timestamp) - now) / 1000
  if (Math.abs(seconds) < 1) return 'now'
  // A token made to last 90 days shows that, not the 89 days and 23 hours that are left a second later.
  return seconds > 0 ? `in ${formatDuration(seconds + 30)}` : `${formatDuration(-seconds)} ago`
}

/** As in `950`, `12.3k`, `4.5M`. */
export function formatCount(count: number): string {
  const units = ['', 'k', 'M', 'G', 'T']
  let unit = 0
  let value = count
  while (value >= (unit === 0 ? 1000 : 999.95) && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)}${units[unit]}`
}

/** As in `850ms`, `2.4s`, `3m12s`; `-` for null. */
export function formatMilliseconds(ms: number | null): string {
  if (ms === null) return '-'
  if (ms < 999.5) return `${Math.round(ms)}ms`
  const seconds = ms / 1000
  if (seconds < 59.95) return `${seconds.toFixed(1)}s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, '0')}s`
}
