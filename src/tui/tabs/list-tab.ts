import type { Action, App, Effect, Message, Tab, Update } from '../contract.ts'
import type { FeedName } from '../app/feeds.ts'
import { bodyArea } from '../app/state.ts'
import { layoutColumns, tableRow, type CellText, type TableColumn } from '../draw/table.ts'
import { clickable, fit, onGround, wrap } from '../draw/fit.ts'
import { span, type Area, type Line } from '../screen/span.ts'

/** A tab that lists things: with a cursor, a filter and an order, on which actions are hung. */
export interface ListSpec<Row> {
  id: string
  title: string
  feeds: readonly FeedName[]
  /** In the order that they have of themselves. */
  rows: (app: App) => readonly Row[]
  /** Tells a row from the others, also after it has changed; what commands name it by. */
  key: (row: Row) => string
  columns: readonly ListColumn<Row>[]
  actions: readonly ListAction<Row>[]
  /** What to do where there are none. */
  empty: (app: App) => string
  entered?: (app: App) => readonly Effect[]
  /** Done twice a second with the rows that can be seen. */
  ticked?: (shown: readonly Row[], app: App) => readonly Effect[]
}

export interface ListColumn<Row> extends TableColumn {
  cell: (row: Row, app: App) => CellText
  /** What it is ordered by, where that is not its text. */
  order?: (row: Row) => string | number
}

/** With the row under the cursor, or the one that the command names; `null` where an action needs none. */
export interface ListAction<Row> {
  name: string
  key: string
  title: string
  help: string
  /** Whether it needs no row. */
  free?: boolean
  ready?: (row: Row, app: App) => boolean
  run: (row: Row | null, app: App) => readonly Effect[]
}

export interface ListState {
  /** Key of the row under the cursor; null for whichever is the first. */
  readonly selected: string | null
  /** Where that row was last, for when it goes. */
  readonly index: number
  readonly offset: number
  readonly filter: string
  /** Number of the column, and whether it is turned round; null for the order that rows have of themselves. */
  readonly order: { readonly column: number; readonly descending: boolean } | null
}

const initial: ListState = { selected: null, index: 0, offset: 0, filter: '', order: null }

export function listTab<Row>(spec: ListSpec<Row>): Tab<ListState> {
  const { id, title, feeds, columns, key } = spec

  function rowsOf({ filter, order }: ListState, app: App): readonly Row[] {
    const wanted = filter.toLowerCase()
    const textOf = (row: Row) =>
      columns
        .map((column) => column.cell(row, app).text)
        .join(' ')
        .toLowerCase()
    const rows = spec.rows(app)
    const found = wanted === '' ? rows : rows.filter((row) => textOf(row).includes(wanted))
    const column = order && columns[order.column]
    if (!order || !column) return found
    const valueOf = column.order ?? ((row: Row) => column.cell(row, app).text)
    const sign = order.descending ? -1 : 1
    return found.toSorted((one, other) => sign * compare(valueOf(one), valueOf(other)))
  }

  /** The row under the cursor; where the former one is gone, the one in its place. */
  function indexOf(state: ListState, rows: readonly Row[]): number {
    const index = state.selected === null ? 0 : rows.findIndex((row) => key(row) === state.selected)
    return index === -1 ? Math.max(0, Math.min(state.index, rows.length - 1)) : index
  }

  function offsetOf({ offset }: ListState, index: number, count: number, height: number): number {
    const least = Math.max(0, index - height + 1)
    return Math.max(least, Math.min(offset, index, Math.max(0, count - height)))
  }

  function moveTo(state: ListState, app: App, target: number): ListState {
    const rows = rowsOf(state, app)
    const index = Math.max(0, Math.min(rows.length - 1, target))
    const row = rows[index]
    const offset = offsetOf(state, index, rows.length, listHeight(bodyArea(app)))
    return row === undefined ? state : { ...state, selected: key(row), index, offset }
  }

  function onKey(state: ListState, pressed: string, app: App): ListState | undefined {
    const index = indexOf(state, rowsOf(state, app))
    const page = Math.max(1, listHeight(bodyArea(app)) - 1)
    const moves: Record<string, number> = {
      up: index - 1,
      k: index - 1,
      down: index + 1,
      j: index + 1,
      pageup: index - page,
      'C-b': index - page,
      pagedown: index + page,
      'C-f': index + page,
      home: 0,
      g: 0,
      end: Infinity,
      G: Infinity,
    }
    const target = moves[pressed]
    if (target !== undefined) return moveTo(state, app, target)
    if (pressed === 'S' && state.order) {
      return { ...state, order: { ...state.order, descending: !state.order.descending } }
    }
    return pressed === 'escape' && state.filter !== '' ? { ...state, filter: '' } : undefined
  }

  function reduce(state: ListState, message: Message, app: App): Update<ListState> {
    switch (message.type) {
      case 'key':
        return { state: onKey(state, message.key, app) ?? state }
      case 'wheel':
        return { state: moveTo(state, app, indexOf(state, rowsOf(state, app)) + message.by) }
      case 'row': {
        const moved = moveTo(state, app, message.index)
        const opens = actions.find((action) => action.key === 'enter')
        // A second click on a row opens it.
        return moved.selected === state.selected && opens ? opens.run(moved, app) : { state: moved }
      }
      case 'typed':
        return { state: message.prompt === 'filter' ? { ...state, filter: message.text, offset: 0 } : state }
      case 'tick': {
        if (!spec.ticked) return { state }
        const rows = rowsOf(state, app)
        const height = listHeight(bodyArea(app))
        const offset = offsetOf(state, indexOf(state, rows), rows.length, height)
        return { state, effects: spec.ticked(rows.slice(offset, offset + height), app) }
      }
      default:
        return { state }
    }
  }

  const actions: readonly Action<ListState>[] = [...spec.actions.map(asAction), filterAction(), sortAction()]

  function asAction({
    name,
    key: pressed,
    title: label,
    help,
    free = false,
    ready,
    run,
  }: ListAction<Row>): Action<ListState> {
    const rowAt = (state: ListState, app: App): Row | undefined => {
      const rows = rowsOf(state, app)
      return rows[indexOf(state, rows)]
    }
    const canRun = (row: Row, app: App) => ready?.(row, app) ?? true
    return {
      name,
      key: pressed,
      title: label,
      help,
      ready(state, app) {
        const row = rowAt(state, app)
        return free || (row !== undefined && canRun(row, app))
      },
      run(state, app, argument) {
        if (free) return { state, effects: run(null, app) }
        const row =
          argument === undefined ? rowAt(state, app) : spec.rows(app).find((one) => key(one) === argument)
        if (row !== undefined) return { state, effects: run(row, app) }
        return {
          state,
          effects: [{ type: 'toast', tone: 'warn', text: `There is no ${argument ?? 'row'} here.` }],
        }
      },
      ...(!free && {
        choices: (app: App) =>
          spec
            .rows(app)
            .filter((row) => canRun(row, app))
            .map(key),
      }),
    }
  }

  function sortAction(): Action<ListState> {
    return {
      name: 'sort',
      key: 's',
      title: 'Sort',
      help: 'Order by the next column, or by the one that is named; S turns it round',
      run(state, _app, argument) {
        const column =
          argument === undefined
            ? (state.order?.column ?? -1) + 1
            : columns.findIndex((one) => one.title.toLowerCase() === argument.toLowerCase())
        const order = columns[column] ? { column, descending: columns[column].right === true } : null
        return { state: { ...state, order } }
      },
      choices: () => columns.map((column) => column.title.toLowerCase()),
    }
  }

  function view(state: ListState, app: App, area: Area): readonly Line[] {
    const rows = rowsOf(state, app)
    const index = indexOf(state, rows)
    const height = listHeight(area)
    const offset = offsetOf(state, index, rows.length, height)
    const laid = layoutColumns(columns, area.width - 2)
    const total = spec.rows(app).length
    const heading = laid.map((column) => {
      const number = columns.findIndex((one) => one.title === column.title)
      const mark = state.order?.column === number ? (state.order.descending ? '▼' : '▲') : ''
      return { text: column.title + mark, style: 'muted' } as const
    })
    const lines = rows.slice(offset, offset + height).map((row, place): Line => {
      const isSelected = offset + place === index
      const cells = laid.map((column) => column.cell(row, app))
      const click = { type: 'row', index: offset + place } as const
      const line = [
        span(isSelected ? '▌' : ' ', 'accent'),
        ...tableRow(laid, cells, area.width - 2),
        span(' '),
      ]
      const drawn = clickable(line, click)
      return isSelected ? onGround(drawn, 'selected') : drawn
    })
    const status: Line[] =
      state.filter === ''
        ? []
        : [[span(` ${rows.length} of ${total} have `, 'muted'), span(state.filter, 'warn')]]
    const shown = rows.length === 0 ? emptyLines(state, app, area) : lines
    return [[span(' '), ...tableRow(laid, heading, area.width - 2)], ...status, ...shown]
  }

  function emptyLines({ filter }: ListState, app: App, { width }: Area): Line[] {
    if (filter !== '') return []
    const isKnown = feeds.every((feed) => app.data[feed] !== undefined)
    const text = isKnown ? spec.empty(app) : 'Asking the daemon...'
    return [
      [],
      ...wrap(text, Math.max(20, width - 4)).map((line): Line => fit([span(`  ${line}`, 'muted')], width)),
    ]
  }

  const { entered } = spec
  return {
    id,
    title,
    feeds,
    initial,
    actions,
    reduce,
    view,
    ...(entered && { entered: (_state: ListState, app: App) => entered(app) }),
  }
}

function filterAction(): Action<ListState> {
  return {
    name: 'filter',
    key: '/',
    title: 'Filter',
    help: 'Show only rows that have a text in them; esc shows all again',
    run: (state, _app, argument) =>
      argument === undefined
        ? { state, effects: [{ type: 'prompt', name: 'filter', label: '/', text: state.filter }] }
        : { state: { ...state, filter: argument } },
  }
}

/** Rows of the list in an area: all but the heading, and a line of the filter. */
function listHeight({ height }: Area): number {
  return Math.max(1, height - 2)
}

function compare(one: string | number, other: string | number): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  return String(one).localeCompare(String(other))
}
