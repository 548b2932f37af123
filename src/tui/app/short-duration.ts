/** As in `45s`, `3m 20s`, `5h 12m` or `12d 4h`. */
export function shortDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const units: [name: string, size: number][] = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ]
  const first = units.findIndex(([, size]) => whole >= size)
  if (first === -1) return '0s'
  const parts = units.slice(first, first + 2).map(([name, size], index) => {
    const count = index === 0 ? whole / size : (whole % units[first]![1]) / size
    return `${Math.floor(count)}${name}`
  })
  return parts.filter((part, index) => index === 0 || !part.startsWith('0')).join(' ')
}
