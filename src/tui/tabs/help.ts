import { bodyArea } from '../app/state.ts'
import type { AnyTab, App, Message, Tab, Update } from '../contract.ts'
import { cell, wrap } from '../draw/fit.ts'
import { span, type Area, type Line } from '../screen/span.ts'

interface HelpState {
  readonly offset: number
}

const general: [keys: string, what: string][] = [
  ['1 to 9', 'the tabs; also tab, left and right, or a click'],
  ['up down, j k', 'the row above, below; the wheel of the mouse'],
  ['pgup pgdn, g G', 'a page up, down; the first row, the last'],
  ['enter', 'open what is under the cursor; also a second click'],
  [':', 'a command, as in :load NAME; tab completes it'],
  ['^L', 'draw the screen anew'],
  ['^Z', 'put this aside; fg brings it back'],
  ['?', 'this help, and back'],
  ['q, ^C', 'leave; the daemon goes on'],
]

const forms: [keys: string, what: string][] = [
  ['tab, up down', 'the fields'],
  ['left right, space', 'the choices of a field'],
  ['enter', 'the next field, and after the last one send'],
  ['^O', 'choose from a list, where the field has one'],
  ['^S', 'send'],
  ['esc', 'close without a change'],
]

/** All keys and commands; made from what the tabs say of themselves. */
export function helpTab(others: readonly AnyTab[]): Tab<HelpState> {
  const linesFor = (area: Area) => helpLines(others, area)
  return {
    id: 'help',
    title: 'Help',
    feeds: [],
    initial: { offset: 0 },
    actions: [],
    reduce: (state, message, app) => reduce(state, message, app, linesFor(bodyArea(app)).length),
    view: ({ offset }, _app, area) => linesFor(area).slice(offset, offset + area.height),
  }
}

function reduce(state: HelpState, message: Message, app: App, count: number): Update<HelpState> {
  const { height } = bodyArea(app)
  const move = (by: number) => ({
    state: { offset: Math.max(0, Math.min(count - height, state.offset + by)) },
  })
  if (message.type === 'wheel') return move(message.by)
  if (message.type !== 'key') return { state }
  const by: Record<string, number> = {
    up: -1,
    k: -1,
    down: 1,
    j: 1,
    pageup: -height,
    pagedown: height,
    space: height,
    home: -Infinity,
    g: -Infinity,
    end: Infinity,
    G: Infinity,
  }
  const step = by[message.key]
  return step === undefined ? { state } : move(step)
}

function helpLines(tabs: readonly AnyTab[], { width }: Area): Line[] {
  const section = (title: string, rows: [keys: string, what: string][]): Line[] => [
    [span(` ${title}`, 'accent')],
    ...rows.flatMap(([keys, what]) => row(keys, what, width)),
    [],
  ]
  return [
    ...section('Everywhere', general),
    ...tabs
      .filter(({ actions }) => actions.length > 0)
      .flatMap(({ title, actions }) =>
        section(
          title,
          actions.map(({ key, name, help }) => [`${key}  :${name}`, help]),
        ),
      ),
    ...section('Forms', forms),
  ]
}

function row(keys: string, what: string, width: number): Line[] {
  const margin = 22
  return wrap(what, Math.max(20, width - margin - 4)).map((text, index): Line => [
    span('   '),
    cell(index === 0 ? keys : '', margin, { style: 'strong' }),
    span(text),
  ])
}
