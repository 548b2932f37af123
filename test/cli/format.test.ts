import { describe, expect, it } from 'vitest'
import { formatBytes, formatDuration, formatRelativeTime } from '../../src/cli/format.ts'

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [4_812_704, '4.8 MB'],
    [99_949_999, '99.9 MB'],
    [123_456_789, '123 MB'],
    [999_960_000, '1.0 GB'],
    [7_300_000_000_000, '7.3 TB'],
  ])('%i is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))
})

describe('formatDuration', () => {
  it.each([
    [0.2, '0 seconds'],
    [1, '1 second'],
    [119, '1 minute'],
    [7200, '2 hours'],
    [90_000, '1 day'],
  ])('%d s is %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text))
})

describe('formatRelativeTime', () => {
  const now = Date.parse('2026-01-31T12:00:00.000Z')
  it.each([
    ['2026-01-31T12:00:00.100Z', 'now'],
    ['2026-01-31T09:00:00.000Z', '3 hours ago'],
    ['2026-05-01T11:59:59.000Z', 'in 90 days'],
  ])('%s is %s', (timestamp, text) => expect(formatRelativeTime(timestamp, now)).toBe(text))
})
