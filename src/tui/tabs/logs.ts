import type { LogEntry } from '../../api/logs.ts'
import { logLevels, type LogLevel } from '../../log.ts'
import { bodyArea } from '../app/state.ts'
import type { Action, App, Effect, Message, Tab, Update } from '../contract.ts'
import { showText } from '../dialogs/show-text.ts'
import { clickable, fit, onGround, wrap } from '../draw/fit.ts'
import {
  appendLines,
  emptyBuffer,
  filterLines,
  findLine,
  lineAt,
  sliceLines,
  type LineBuffer,
} from '../journal/line-buffer.ts'
import { toLogLine, type LogLine } from '../journal/log-line.ts'
import { span, type Area, type Line, type Style } from '../screen/span.ts'

export interface LogsState {
  readonly all: LineBuffer<LogLine>
  /** Those that pass the filters. */
  readonly shown: LineBuffer<LogLine>
  readonly level: LogLevel
  readonly model: string
  readonly text: string
  readonly search: string
  /** Number of the line under the cursor, counted from the first that ever passed; null while it follows. */
  readonly cursor: number | null
  /** Whether lines that come wait. */
  readonly frozen: boolean
  readonly waiting: LineBuffer<LogLine>
  readonly lost: number
  readonly isFollowing: boolean
}

const limit = 50_000

const initial: LogsState = {
  all: emptyBuffer,
  shown: emptyBuffer,
  level: 'debug',
  model: '',
  text: '',
  search: '',
  cursor: null,
  frozen: false,
  waiting: emptyBuffer,
  lost: 0,
  isFollowing: false,
}

const styles: Record<LogLevel, Style> = { debug: 'muted', info: 'good', warn: 'warn', error: 'bad' }

/** The log as it comes: the last 50,000 lines of it. */
export function logsTab(): Tab<LogsState> {
  return {
    id: 'logs',
    title: 'Logs',
    feeds: [],
    initial,
    actions,
    reduce,
    view,
    entered: ({ isFollowing }) => (isFollowing ? [] : [{ type: 'follow-log' }]),
  }
}

function reduce(state: LogsState, message: Message, app: App): Update<LogsState> {
  switch (message.type) {
    case 'log':
      return { state: receive(state, message.entries) }
    case 'log-lost':
      return { state: { ...state, lost: state.lost + message.count } }
    case 'typed':
      return { state: typed(state, message.prompt, message.text, app) }
    case 'wheel':
      return { state: move(state, message.by, app) }
    case 'row':
      return { state: { ...state, cursor: message.index } }
    case 'key':
      return { state: onKey(state, message.key, app) }
    default:
      return { state }
  }
}

function receive(state: LogsState, entries: readonly LogEntry[]): LogsState {
  const lines = entries.map(toLogLine)
  const isFollowing = true
  if (state.frozen) return { ...state, isFollowing, waiting: appendLines(state.waiting, lines, limit) }
  return { ...add(state, lines), isFollowing }
}

function add(state: LogsState, lines: readonly LogLine[]): LogsState {
  return {
    ...state,
    all: appendLines(state.all, lines, limit),
    shown: appendLines(state.shown, lines.filter(passes(state)), limit),
  }
}

function passes({ level, model, text }: LogsState): (line: LogLine) => boolean {
  const least = logLevels.indexOf(level)
  const wanted = text.toLowerCase()
  return (line) =>
    logLevels.indexOf(line.level) >= least &&
    (model === '' || line.model === model) &&
    (wanted === '' || line.text.toLowerCase().includes(wanted))
}

/** The same lines, seen through other filters; the cursor goes to the end. */
function filtered(state: LogsState): LogsState {
  return { ...state, shown: filterLines(state.all, passes(state)), cursor: null }
}

function typed(state: LogsState, prompt: string, text: string, app: App): LogsState {
  if (prompt === 'text') return filtered({ ...state, text })
  if (prompt === 'model') return filtered({ ...state, model: text })
  return prompt === 'search' ? seek({ ...state, search: text }, -1, app, { stay: true }) : state
}

function onKey(state: LogsState, key: string, app: App): LogsState {
  const page = Math.max(1, linesIn(bodyArea(app)) - 1)
  const by: Record<string, number> = {
    up: -1,
    k: -1,
    down: 1,
    j: 1,
    pageup: -page,
    pagedown: page,
    home: -Infinity,
    g: -Infinity,
  }
  const steps = by[key]
  if (steps !== undefined) return move(state, steps, app)
  switch (key) {
    case 'end':
    case 'G':
      return { ...state, cursor: null }
    case 'n':
      return seek(state, -1, app)
    case 'N':
      return seek(state, 1, app)
    case 'escape':
      return filtered({ ...state, level: 'debug', model: '', text: '', search: '' })
    default:
      return state
  }
}

/** From the last line on downwards it follows again. */
function move(state: LogsState, by: number, { size }: Pick<App, 'size'>): LogsState {
  const { gone, length } = state.shown
  if (length === 0 || size.height === 0) return state
  const last = gone + length - 1
  const target = Math.max(gone, (state.cursor ?? last) + by)
  return { ...state, cursor: target > last || (target === last && state.cursor === null) ? null : target }
}

function seek(state: LogsState, step: 1 | -1, _app: App, { stay = false } = {}): LogsState {
  const { shown, search } = state
  if (search === '') return state
  const here = (state.cursor ?? shown.gone + shown.length - 1) - shown.gone
  const found = findLine(shown, matches(search), { from: stay ? here : here + step, step })
  return found === -1 ? state : { ...state, cursor: shown.gone + found }
}

function matches(search: string): (line: LogLine) => boolean {
  const wanted = search.toLowerCase()
  return ({ text }) => text.toLowerCase().includes(wanted)
}

const actions: readonly Action<LogsState>[] = [
  {
    name: 'open',
    key: 'enter',
    title: 'Open',
    help: 'Read a whole line',
    ready: ({ shown }) => shown.length > 0,
    run: (state, { size }) => ({ state, effects: open(state, size) }),
  },
  {
    name: 'freeze',
    key: 'f',
    title: 'Freeze',
    help: 'Hold the screen still, and go on with all that came meanwhile',
    run: (state) => ({
      state: state.frozen
        ? add({ ...state, frozen: false, waiting: emptyBuffer }, state.waiting.chunks.flat())
        : { ...state, frozen: true },
    }),
  },
  {
    name: 'level',
    key: 'v',
    title: 'Level',
    help: 'Show this level and those above; each time the next',
    run(state, _app, argument) {
      const next = logLevels[(logLevels.indexOf(state.level) + 1) % logLevels.length] ?? 'debug'
      return { state: filtered({ ...state, level: logLevels.find((level) => level === argument) ?? next }) }
    },
    choices: () => logLevels,
  },
  {
    name: 'model',
    key: 'm',
    title: 'Model',
    help: 'Show the lines about one model; an empty name shows all',
    run: (state, app, argument) =>
      argument === undefined
        ? { state, effects: [promptFor('model', 'model: ', state.model, modelNames(app))] }
        : { state: filtered({ ...state, model: argument }) },
    choices: modelNames,
  },
  {
    name: 'filter',
    key: '/',
    title: 'Filter',
    help: 'Show only lines that have a text in them; esc shows all again',
    run: (state, _app, argument) =>
      argument === undefined
        ? { state, effects: [promptFor('text', '/', state.text)] }
        : { state: filtered({ ...state, text: argument }) },
  },
  {
    name: 'search',
    key: 's',
    title: 'Search',
    help: 'Find a text backwards among the lines; n the one before, N the one after',
    run: (state) => ({ state, effects: [promptFor('search', 'search: ', state.search)] }),
  },
]

function promptFor(name: string, label: string, text: string, choices: readonly string[] = []): Effect {
  return { type: 'prompt', name, label, text, choices }
}

function modelNames({ data }: App): string[] {
  return (data.models ?? []).map(({ name }) => name)
}

function open({ shown, cursor }: LogsState, { width }: Area): readonly Effect[] {
  const line = lineAt(shown, cursor === null ? shown.length - 1 : cursor - shown.gone)
  if (!line) return []
  const text = wrap(line.text, Math.min(100, width - 8)).join('\n')
  return [showText(`${line.time} ${line.level}`, text, { copy: line.text })]
}

function linesIn({ height }: Area): number {
  return Math.max(1, height - 1)
}

function view(state: LogsState, _app: App, area: Area): readonly Line[] {
  const { shown, cursor } = state
  const height = linesIn(area)
  const at = cursor === null ? shown.length - 1 : cursor - shown.gone
  const top = Math.max(
    0,
    Math.min(cursor === null ? shown.length : at - Math.floor(height / 2), shown.length - height),
  )
  const lines = sliceLines(shown, top, height).map((line, place): Line => {
    const index = top + place
    const click = { type: 'row', index: shown.gone + index } as const
    const drawn = clickable(viewLine(line, state.search, area.width), click)
    return cursor !== null && index === at ? onGround(drawn, 'selected') : drawn
  })
  return [viewStatus(state, area), ...(shown.length === 0 ? viewEmpty(state) : lines)]
}

function viewLine({ time, level, text }: LogLine, search: string, width: number): Line {
  const head: Line = [span(` ${time} `, 'muted'), span(level.padEnd(6), styles[level])]
  const found = search === '' ? -1 : text.toLowerCase().indexOf(search.toLowerCase())
  if (found === -1) return fit([...head, { text }], width)
  const end = found + search.length
  return fit(
    [
      ...head,
      { text: text.slice(0, found) },
      { text: text.slice(found, end), ground: 'match' },
      { text: text.slice(end) },
    ],
    width,
  )
}

function viewStatus(
  { all, shown, level, model, text, cursor, frozen, waiting, lost, search }: LogsState,
  { width }: Area,
): Line {
  const mode = frozen
    ? span(` FROZEN, ${waiting.length} waiting `, 'warn')
    : cursor === null
      ? span(' FOLLOWING ', 'good')
      : span(' STANDING, G follows ', 'accent')
  const filters = [
    level === 'debug' ? '' : `${level} and above`,
    model === '' ? '' : `model ${model}`,
    text === '' ? '' : `with "${text}"`,
    search === '' ? '' : `search "${search}"`,
    lost === 0 ? '' : `${lost} lost`,
  ].filter((part) => part !== '')
  const count = shown.length === all.length ? `${all.length} lines` : `${shown.length} of ${all.length} lines`
  return fit([mode, span(` ${count} `, 'muted'), ...filters.map((part) => span(` ${part} `, 'warn'))], width)
}

function viewEmpty({ all }: LogsState): Line[] {
  const text =
    all.length === 0 ? 'No line has come yet.' : 'No line passes the filters. esc takes them all away.'
  return [[], [span(`  ${text}`, 'muted')]]
}
