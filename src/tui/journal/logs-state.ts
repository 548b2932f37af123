import type { LogEntry } from '../../api/logs.ts'
import { logLevels, type LogLevel } from '../../log.ts'
import { bodyArea } from '../app/state.ts'
import type { App, Message, Update } from '../contract.ts'
import type { Area } from '../screen/span.ts'
import { appendLines, emptyBuffer, filterLines, findLine, type LineBuffer } from './line-buffer.ts'
import { toLogLine, type LogLine } from './log-line.ts'

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

export const emptyLogs: LogsState = {
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

/** What the tab becomes by a message. */
export function reduceLogs(state: LogsState, message: Message, app: App): Update<LogsState> {
  switch (message.type) {
    case 'log':
      return { state: receive(state, message.entries) }
    case 'log-lost':
      return { state: { ...state, lost: state.lost + message.count } }
    case 'typed':
      return { state: typed(state, message.prompt, message.text) }
    case 'wheel':
      return { state: move(state, message.by) }
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

/** Holds the lines that come back from now on, or lets those that waited in. */
export function toggleFrozen(state: LogsState): LogsState {
  if (!state.frozen) return { ...state, frozen: true }
  return add({ ...state, frozen: false, waiting: emptyBuffer }, state.waiting.chunks.flat())
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
export function filtered(state: LogsState): LogsState {
  return { ...state, shown: filterLines(state.all, passes(state)), cursor: null }
}

function typed(state: LogsState, prompt: string, text: string): LogsState {
  if (prompt === 'text') return filtered({ ...state, text })
  if (prompt === 'model') return filtered({ ...state, model: text })
  return prompt === 'search' ? seek({ ...state, search: text }, -1, { stay: true }) : state
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
  if (steps !== undefined) return move(state, steps)
  switch (key) {
    case 'end':
    case 'G':
      return { ...state, cursor: null }
    case 'n':
      return seek(state, -1)
    case 'N':
      return seek(state, 1)
    case 'escape':
      return filtered({ ...state, level: 'debug', model: '', text: '', search: '' })
    default:
      return state
  }
}

/** From the last line on downwards it follows again. */
function move(state: LogsState, by: number): LogsState {
  const { gone, length } = state.shown
  if (length === 0) return state
  const last = gone + length - 1
  const target = Math.max(gone, (state.cursor ?? last) + by)
  return { ...state, cursor: target > last || (target === last && state.cursor === null) ? null : target }
}

function seek(state: LogsState, step: 1 | -1, { stay = false } = {}): LogsState {
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

/** Lines of the log in an area: all but the line that tells what is shown. */
export function linesIn({ height }: Area): number {
  return Math.max(1, height - 1)
}
