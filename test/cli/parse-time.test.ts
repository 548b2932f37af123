import { expect, test } from 'vitest'
import { parseTime } from '../../src/cli/parse-time.ts'

const now = Date.parse('2026-03-10T12:00:00.000Z')

test.each([
  ['30d', '2026-02-08T12:00:00.000Z'],
  ['12h', '2026-03-10T00:00:00.000Z'],
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31T10:00Z', '2026-01-31T10:00:00.000Z'],
  ['2026-01-31T10:00:00+02:00', '2026-01-31T08:00:00.000Z'],
])('%s is %s', (text, time) => expect(parseTime(text, now)).toBe(time))

test.each(['', 'yesterday', '2026', '2026-13-01', '2026-01-31T10:00', '0d', '5'])('%j is no time', (text) => {
  expect(() => parseTime(text, now)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})
