import { describe, expect, it } from 'vitest'
import type { LogEntry } from '../../src/api/logs.ts'
import { formatLogEntry } from '../../src/cli/format-log-entry.ts'
import { paintFor } from '../../src/cli/paint.ts'

const plain = paintFor({ isTTY: false }, {})

const entry = (fields: Record<string, unknown> = {}): LogEntry => ({
  time: '2026-01-31T12:00:00.123Z',
  level: 'warn',
  message: 'the vault is sealed',
  ...fields,
})

describe('a line of the log for people', () => {
  it('has time, level, message and what else is known', () => {
    const fields = { model: 'llama', reason: 'no "key" there', ms: 7, code: null }
    expect(formatLogEntry(entry(fields), plain)).toMatch(
      /^2026-0[12]-\d\d \d\d:\d\d:00\.123 WARN  the vault is sealed {2}model=llama {2}reason="no \\"key\\" there" {2}ms=7$/,
    )
  })

  it('has texts of several lines below it', () => {
    const lines = formatLogEntry(entry({ cause: 'Error: no\n    at here', ms: 7 }), plain).split('\n')
    expect(lines[0]).toMatch(/sealed {2}ms=7$/)
    expect(lines.slice(1)).toEqual(['  cause=', '    Error: no', '        at here'])
  })

  it('does nothing to a terminal, whatever stands in it', () => {
    const hostile = '\u001b[2J\u009b31m\u202eabc\u0007\r\n\u2066'
    const text = formatLogEntry(
      { ...entry({ [hostile]: hostile, cause: `a\n${hostile}` }), time: hostile, message: hostile },
      plain,
    )
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\u202e\u2066]/u)
  })

  it('is coloured on a terminal, unless NO_COLOR is set', () => {
    const tty = { isTTY: true }
    expect(formatLogEntry(entry(), paintFor(tty, {}))).toContain('\u001b[33mWARN \u001b[39m')
    expect(formatLogEntry(entry(), paintFor(tty, { NO_COLOR: '1' }))).toBe(formatLogEntry(entry(), plain))
    expect(formatLogEntry(entry(), plain)).not.toContain('\u001b')
  })
})
