import { logLevels, type LogLevel } from '../../log.ts'
import type { Action, App, Effect, Tab } from '../contract.ts'
import { showText } from '../dialogs/show-text.ts'
import { clickable, fit, onGround, wrap } from '../draw/fit.ts'
import { lineAt, sliceLines } from '../journal/line-buffer.ts'
import type { LogLine } from '../journal/log-line.ts'
import {
  emptyLogs,
  filtered,
  linesIn,
  reduceLogs,
  toggleFrozen,
  type LogsState,
} from '../journal/logs-state.ts'
import { span, type Area, type Line, type Style } from '../screen/span.ts'

const styles: Record<LogLevel, Style> = { debug: 'muted', info: 'good', warn: 'warn', error: 'bad' }

/** The log as it comes: the last 50,000 lines of it. */
export function logsTab(): Tab<LogsState> {
  return {
    id: 'logs',
    title: 'Logs',
    feeds: [],
    initial: emptyLogs,
    actions,
    reduce: reduceLogs,
    view,
    entered: ({ isFollowing }) => (isFollowing ? [] : [{ type: 'follow-log' }]),
  }
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
    run: (state) => ({ state: toggleFrozen(state) }),
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
