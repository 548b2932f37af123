import type { Usage, UsageRow, UsageSums } from '../api/usage.ts'
import { formatCredits } from '../api/credits.ts'
import { displayWidth, shorten } from './display-width.ts'
import { formatCount, formatMilliseconds } from './format.ts'
import { safe } from './safe-text.ts'
import { type BarStyle, drawBar } from './usage-bars.ts'

const gap = '  '
const narrowestName = 8
const narrowestBar = 6
const widestBar = 24

const columns: { title: string; value: (sums: UsageSums) => string; always: boolean }[] = [
  { title: 'REQS', value: ({ requests }) => formatCount(requests), always: true },
  { title: 'ERRORS', value: ({ errors }) => formatCount(errors), always: false },
  { title: 'PROMPT', value: (sums) => formatCount(sums.prompt_tokens), always: true },
  { title: 'CACHED', value: (sums) => formatCount(sums.cached_tokens), always: false },
  { title: 'OUTPUT', value: (sums) => formatCount(sums.completion_tokens), always: true },
  { title: 'THINK', value: (sums) => formatCount(sums.reasoning_tokens), always: false },
  { title: 'CREDITS', value: ({ credits }) => formatCost(credits), always: false },
  { title: 'FIRST', value: (sums) => formatMilliseconds(sums.first_byte_ms), always: true },
  { title: 'TIME', value: ({ ms }) => formatMilliseconds(ms), always: true },
]

/**
 * A table with the numbers right-aligned, one line a row, the totals last, no wider than `width` columns. Columns that
 * would say nothing but 0 are left out. Bars compare tokens, or requests where there are none.
 */
export function formatUsage(
  { by, totals, data }: Usage,
  { width, bars }: { width: number; bars: BarStyle | undefined },
): string {
  const shown = columns.filter(({ always, value }) => always || value(totals) !== '0')
  const numbers = [...data, totals].map((sums) => shown.map(({ value }) => value(sums)))
  const widths = shown.map(({ title }, column) =>
    Math.max(title.length, ...numbers.map((row) => row[column]!.length)),
  )
  const names = [...data.map((row) => safe(nameOf(by, row))), 'total']
  const left = width - widths.reduce((sum, each) => sum + gap.length + each, 0)
  const longest = Math.max(by.length, ...names.map(displayWidth))
  const leastBar = bars ? gap.length + narrowestBar : 0
  const nameWidth = Math.min(longest, Math.max(narrowestName, left - leastBar))
  const barWidth = Math.min(widestBar, left - nameWidth - gap.length)

  const line = (name: string, cells: string[], bar = '') => {
    const text = shorten(name, nameWidth)
    const padded = text + ' '.repeat(nameWidth - displayWidth(text))
    const aligned = cells.map((cell, column) => cell.padStart(widths[column]!))
    return [padded, ...aligned, bar].join(gap).trimEnd()
  }
  const weights = data.map(totals.prompt_tokens + totals.completion_tokens > 0 ? tokensOf : requestsOf)
  const heaviest = Math.max(...weights)
  const bar = (row: number) =>
    bars && barWidth >= narrowestBar ? drawBar((weights[row] ?? 0) / heaviest, barWidth, bars) : ''
  return [
    line(
      by.toUpperCase(),
      shown.map(({ title }) => title),
    ),
    ...data.map((_, row) => line(names[row]!, numbers[row]!, bar(row))),
    line('total', numbers.at(-1)!),
  ].join('\n')
}

function nameOf(by: Usage['by'], { key, name }: UsageRow): string {
  if (key === null) return by === 'provider' ? '(local)' : '(none)'
  return name ?? key
}

function tokensOf({ prompt_tokens, completion_tokens }: UsageRow): number {
  return prompt_tokens + completion_tokens
}

function requestsOf({ requests }: UsageRow): number {
  return requests
}

/** To three digits. */
function formatCost(credits: number): string {
  return credits < 1000 ? formatCredits(Number(credits.toPrecision(3))) : formatCount(Math.round(credits))
}
