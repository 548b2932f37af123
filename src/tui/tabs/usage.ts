import type { Usage, UsageDimension, UsageRow, UsageSums } from '../../api/usage.ts'
import { formatCount, formatMilliseconds } from '../../cli/format.ts'
import { usageDays } from '../app/feeds.ts'
import { bodyArea } from '../app/state.ts'
import type { Action, App, Message, Tab, Update } from '../contract.ts'
import { box } from '../draw/box.ts'
import { cell, fit } from '../draw/fit.ts'
import { span, type Area, type Line, type Style } from '../screen/span.ts'

interface UsageState {
  readonly by: UsageDimension
  readonly offset: number
}

const ways: readonly { by: UsageDimension; key: string; title: string }[] = [
  { by: 'day', key: 'd', title: 'By day' },
  { by: 'model', key: 'm', title: 'By model' },
  { by: 'token', key: 't', title: 'By token' },
  { by: 'provider', key: 'p', title: 'By provider' },
]

/** Rows above the bars: the totals in their box, the ways to sum, and the heading. */
const above = 6
const dayMs = 86_400_000

/** What requests used in the last weeks, with a bar for each day, model, token or provider. */
export function usageTab(): Tab<UsageState> {
  return {
    id: 'usage',
    title: 'Usage',
    feeds: [],
    feedsNow: ({ by }) => [`usage by ${by}`],
    initial: { by: 'day', offset: 0 },
    actions: ways.map(({ by, key, title }): Action<UsageState> => ({
      name: `by-${by}`,
      key,
      title,
      help: `Sum the last ${usageDays} days by ${by}`,
      run: () => ({ state: { by, offset: 0 } }),
    })),
    reduce,
    view,
  }
}

function reduce(state: UsageState, message: Message, app: App): Update<UsageState> {
  const page = Math.max(1, bodyArea(app).height - above)
  const move = (by: number): Update<UsageState> => {
    const last = Math.max(0, rowsOf(state, app).length - page)
    return { state: { ...state, offset: Math.max(0, Math.min(last, state.offset + by)) } }
  }
  if (message.type === 'wheel') return move(message.by)
  if (message.type !== 'key') return { state }
  const steps: Record<string, number> = {
    up: -1,
    k: -1,
    down: 1,
    j: 1,
    pageup: -page,
    pagedown: page,
    space: page,
    home: -Infinity,
    g: -Infinity,
    end: Infinity,
    G: Infinity,
  }
  const step = steps[message.key]
  return step === undefined ? { state } : move(step)
}

/** Of days all, also those on which nothing happened, the newest first. */
function rowsOf({ by }: UsageState, { data, now }: App): readonly UsageRow[] {
  const usage = data[`usage by ${by}`]
  if (!usage || by !== 'day') return usage?.data ?? []
  const known = new Map(usage.data.map((row) => [row.key, row]))
  return Array.from({ length: usageDays }, (_, back) => {
    const key = new Date(now - back * dayMs).toISOString().slice(0, 10)
    return known.get(key) ?? { ...nothing, key, name: key }
  })
}

const nothing: UsageSums = {
  requests: 0,
  errors: 0,
  prompt_tokens: 0,
  cached_tokens: 0,
  completion_tokens: 0,
  reasoning_tokens: 0,
  credits: 0,
  first_byte_ms: null,
  ms: null,
}

function view(state: UsageState, app: App, { width, height }: Area): readonly Line[] {
  const usage = app.data[`usage by ${state.by}`]
  const rows = rowsOf(state, app)
  const shown = Math.max(1, height - above)
  // A screen that has become larger shows all to the end.
  const offset = Math.max(0, Math.min(state.offset, rows.length - shown))
  return [
    ...box({ title: `The last ${usageDays} days`, lines: viewTotals(usage) }, { width, height: 4 }),
    viewWays(state, rows.length > shown ? `${offset + 1}-${offset + shown} of ${rows.length} ` : '', width),
    ...viewBars({ ...state, offset }, { usage, rows, height: height - above + 1, width }),
  ]
}

function viewTotals(usage: Usage | undefined): Line[] {
  if (!usage) return [[span('Asking the daemon...', 'muted')]]
  const { totals } = usage
  const errors = totals.errors > 0 ? 'bad' : 'strong'
  return [
    figuresLine([
      ['requests', formatCount(totals.requests)],
      ['errors', formatCount(totals.errors), errors],
      ['first byte', formatMilliseconds(totals.first_byte_ms)],
      ['time', formatMilliseconds(totals.ms)],
    ]),
    figuresLine([
      ['prompt', formatCount(totals.prompt_tokens)],
      ['cached', formatCount(totals.cached_tokens)],
      ['output', formatCount(totals.completion_tokens)],
      ['thinking', formatCount(totals.reasoning_tokens)],
    ]),
  ]
}

function figuresLine(figures: readonly [title: string, value: string, style?: Style][]): Line {
  return figures.flatMap(([title, value, style = 'strong'], index) => [
    span(`${index === 0 ? '' : '  '}${title} `, 'muted'),
    span(value, style),
  ])
}

function viewWays({ by }: UsageState, note: string, width: number): Line {
  const chips = ways.flatMap((way): Line => {
    const click = { type: 'act', action: `by-${way.by}` } as const
    const label = { ...span(` ${way.title} `, way.by === by ? undefined : 'muted'), click }
    return [way.by === by ? { ...label, ground: 'active' } : label, span(' ')]
  })
  return [span(' '), ...fit(chips, width - 1 - note.length), span(note, 'muted')]
}

const columns: readonly { title: string; width: number; value: (sums: UsageSums) => string; wide?: true }[] =
  [
    { title: 'REQUESTS', width: 9, value: ({ requests }) => formatCount(requests) },
    { title: 'ERRORS', width: 8, value: ({ errors }) => formatCount(errors), wide: true },
    { title: 'PROMPT', width: 8, value: ({ prompt_tokens }) => formatCount(prompt_tokens) },
    { title: 'CACHED', width: 8, value: ({ cached_tokens }) => formatCount(cached_tokens), wide: true },
    { title: 'OUTPUT', width: 8, value: ({ completion_tokens }) => formatCount(completion_tokens) },
    { title: 'FIRST', width: 8, value: ({ first_byte_ms }) => formatMilliseconds(first_byte_ms), wide: true },
    { title: 'TIME', width: 8, value: ({ ms }) => formatMilliseconds(ms), wide: true },
  ]

const wideFrom = 110

/** A line for each row, whose bar compares its tokens, or requests where there were no tokens, with the most. */
function viewBars(
  { by, offset }: UsageState,
  { usage, rows, width, height }: { usage: Usage | undefined; rows: readonly UsageRow[] } & Area,
): Line[] {
  if (!usage) return []
  if (usage.totals.requests === 0) {
    return [[], [span(`  Nothing was asked in the last ${usageDays} days.`, 'muted')]]
  }
  const shownColumns = columns.filter(({ wide }) => !wide || width >= wideFrom)
  const figures = shownColumns.reduce((sum, column) => sum + column.width, 0)
  const nameWidth = by === 'day' ? 14 : Math.max(18, Math.min(40, Math.floor(width * 0.25)))
  const barWidth = Math.max(4, width - nameWidth - figures - 4)
  const weigh = usage.totals.prompt_tokens + usage.totals.completion_tokens > 0 ? tokensOf : requestsOf
  const heaviest = Math.max(1, ...rows.map(weigh))
  const heading: Line = [
    span(' '),
    cell(by.toUpperCase(), nameWidth, { style: 'muted' }),
    span(' '.repeat(barWidth + 1)),
    ...shownColumns.map((column) => cell(column.title, column.width, { right: true, style: 'muted' })),
  ]
  const asLine = (row: UsageRow): Line => [
    span(' '),
    cell(nameOf(by, row), nameWidth, { style: row.requests === 0 ? 'muted' : 'strong' }),
    span(' '),
    cell('█'.repeat(barLength(weigh(row) / heaviest, barWidth)), barWidth, { style: 'graph' }),
    ...shownColumns.map((column) => figure(column, row)),
  ]
  return [heading, ...rows.slice(offset, offset + height - 1).map(asLine)]
}

/** Something is never shown as nothing. */
function barLength(share: number, width: number): number {
  return share === 0 ? 0 : Math.max(1, Math.round(share * width))
}

function figure({ title, width, value }: (typeof columns)[number], row: UsageRow) {
  const text = row.requests === 0 ? '-' : value(row)
  const isBad = title === 'ERRORS' && row.errors > 0
  return cell(text, width, {
    right: true,
    ...(row.requests === 0 ? { style: 'muted' } : isBad ? { style: 'bad' } : {}),
  })
}

function nameOf(by: UsageDimension, { key, name }: UsageRow): string {
  if (key === null) return by === 'provider' ? '(local)' : '(none)'
  if (by !== 'day') return name ?? key
  const day = new Date(`${key}T00:00:00Z`).toLocaleDateString('en', { weekday: 'short', timeZone: 'UTC' })
  return `${key} ${day}`
}

function tokensOf({ prompt_tokens, completion_tokens }: UsageRow): number {
  return prompt_tokens + completion_tokens
}

function requestsOf({ requests }: UsageRow): number {
  return requests
}
