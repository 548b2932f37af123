import { describe, expect, test } from 'vitest'
import type { Usage, UsageRow, UsageSums } from '../../src/api/usage.ts'
import { displayWidth } from '../../src/cli/display-width.ts'
import { formatUsage } from '../../src/cli/format-usage.ts'
import { barStyle, drawBar } from '../../src/cli/usage-bars.ts'
import { formatUsageCsv } from '../../src/cli/usage-csv.ts'

const sums: UsageSums = {
  requests: 1234,
  errors: 0,
  prompt_tokens: 4_500_000,
  cached_tokens: 0,
  completion_tokens: 120_000,
  reasoning_tokens: 0,
  credits: 0,
  first_byte_ms: 85.2,
  ms: 2400,
}

const row = (key: string | null, rest: Partial<UsageRow> = {}): UsageRow => ({
  key,
  name: key,
  ...sums,
  ...rest,
})

function usage(by: Usage['by'], data: UsageRow[], totals: Partial<UsageSums> = {}): Usage {
  return { by, since: null, until: null, totals: { ...sums, ...totals }, data }
}

const named = (by: Usage['by'], one: UsageRow) =>
  formatUsage(usage(by, [one]), { width: 80, bars: undefined }).split('\n')[1]

describe('a table of usage', () => {
  const data = [row('llmd-demo'), row('mine', { requests: 3, prompt_tokens: 100, completion_tokens: 50 })]

  test('has numbers aligned, columns that say something, and totals', () => {
    expect(formatUsage(usage('model', data), { width: 80, bars: undefined }).split('\n')).toEqual([
      'MODEL      REQS  PROMPT  OUTPUT  FIRST  TIME',
      'llmd-demo  1.2k    4.5M    120k   85ms  2.4s',
      'mine          3     100      50   85ms  2.4s',
      'total      1.2k    4.5M    120k   85ms  2.4s',
    ])
  })

  test('compares with bars', () => {
    const lines = formatUsage(usage('model', data), { width: 80, bars: 'blocks' }).split('\n')
    expect(lines[1]).toMatch(/ {2}█{24}$/)
    expect(lines[2]).toMatch(/ {2}▏$/)
    expect(lines[3]).toMatch(/2\.4s$/)
    const ascii = formatUsage(usage('model', data), { width: 80, bars: 'ascii' })
    expect(ascii).toMatch(/^[\x20-\x7e\n]*$/)
    expect(ascii.split('\n')[1]).toMatch(/ {2}#{24}$/)
  })

  test('compares requests where there are no tokens', () => {
    const none = { prompt_tokens: 0, completion_tokens: 0 }
    const rows = [row('a', { ...none, requests: 8 }), row('b', { ...none, requests: 4 })]
    const lines = formatUsage(usage('model', rows, none), { width: 80, bars: 'blocks' }).split('\n')
    expect(lines[2]).toMatch(/ {2}█{12}$/)
  })

  test.each([40, 80, 120])('fits %i columns, whatever names there are', (width) => {
    const full = { errors: 12, cached_tokens: 99_999, reasoning_tokens: 1234, credits: 123_456.789_012 }
    const names = ['x'.repeat(100), '\u001b[2Jname', '模型'.repeat(40), 'ok']
    const rows = names.map((name) => row(name, { ...full, ms: 3_600_000 }))
    const text = formatUsage(usage('model', rows, full), { width: Math.max(width, 80), bars: 'blocks' })
    expect(text).not.toContain('\u001b')
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(Math.max(width, 80))
  })

  test.each([
    [0.001_234_5, '0.00123'],
    [12.345, '12.3'],
    [123_456.789, '123k'],
  ])('tells of %d credits in brief', (credits, told) => {
    const text = formatUsage(usage('model', [row('a', { credits })], { credits }), {
      width: 120,
      bars: undefined,
    })
    expect(text).toContain('CREDITS')
    expect(text.split('\n')[1]).toContain(` ${told} `)
  })

  test('names what has no name', () => {
    expect(named('provider', row(null))).toMatch(/^\(local\) /)
    expect(named('token', row(null))).toMatch(/^\(none\) /)
    expect(named('token', row('id-1', { name: 'laptop' }))).toMatch(/^laptop /)
  })
})

describe('bars', () => {
  test.each([
    [0, ''],
    [0.0001, '▏'],
    [0.5, '██'],
    [0.53, '██▏'],
    [1, '████'],
  ])('%d of 4 columns', (share, bar) => expect(drawBar(share, 4, 'blocks')).toBe(bar))

  test('are for terminals, and in eighths where UTF-8 and colours are', () => {
    const tty = { isTTY: true }
    expect(barStyle({ LANG: 'en_US.UTF-8' }, { isTTY: false })).toBeUndefined()
    expect(barStyle({ LANG: 'en_US.UTF-8' }, tty)).toBe('blocks')
    expect(barStyle({ LANG: 'en_US.UTF-8', NO_COLOR: '1' }, tty)).toBe('ascii')
    expect(barStyle({ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, tty)).toBe('ascii')
    expect(barStyle({}, tty)).toBe('ascii')
  })
})

describe('comma-separated values', () => {
  test('are those of RFC 4180', () => {
    expect(
      formatUsageCsv(
        usage('model', [row('a"b, c', { credits: 0.000001 }), row(null, { first_byte_ms: null })]),
      ),
    ).toBe(
      'model,requests,errors,prompt_tokens,cached_tokens,completion_tokens,reasoning_tokens,first_byte_ms,ms,credits\r\n' +
        '"a""b, c",1234,0,4500000,0,120000,0,85.2,2400,0.000001\r\n' +
        ',1234,0,4500000,0,120000,0,,2400,0\r\n',
    )
  })

  test.each(['=1+1', '+1', '-1', '@sum', '\t=1'])('hold no formula: %j', (name) => {
    const text = formatUsageCsv(usage('token', [row('id', { name })]))
    expect(text.split('\r\n')[1]).toContain(`,'${name},`)
  })
})
