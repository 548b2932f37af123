import type { AnyTab, Dialog } from '../contract.ts'
import { fit } from '../draw/fit.ts'
import { typedLine } from '../dialogs/view-dialog.ts'
import { span, widthOf, type Click, type Line } from '../screen/span.ts'
import { choicesOf } from './prompt.ts'
import type { State } from './state.ts'

/** What can be done now, or the line that is being typed. */
export function viewFooter(state: State, tabs: readonly AnyTab[]): Line {
  const { width } = state.size
  if (state.dialog) return viewHints(dialogHints(state.dialog), [], width)
  if (state.prompt) return viewPrompt(state, tabs)
  const tab = tabs.find(({ id }) => id === state.tab)
  const own = (tab?.actions ?? []).filter((action) => action.ready?.(state.tabs[state.tab], state) ?? true)
  const hints = own.map(({ key, title, name }) => hint(key, title, { type: 'act', action: name }))
  const common = [
    hint(':', 'Command', { type: 'key', key: ':' }),
    hint('?', 'Help', { type: 'key', key: '?' }),
    hint('q', 'Quit', { type: 'key', key: 'q' }),
  ]
  return viewHints(hints, common, width)
}

function viewHints(own: readonly Line[], common: readonly Line[], width: number): Line {
  const wide = [...own, ...common].flatMap(followedBy('  ')).slice(0, -1)
  const shown = widthOf(wide) < width ? wide : asManyAsFit(own, common, width - 1)
  return fit([span(' '), ...shown], width)
}

function viewPrompt(state: State, tabs: readonly AnyTab[]): Line {
  const { prompt, size } = state
  if (!prompt) return []
  const { label, text, cursor } = prompt
  const others = choicesOf(state, tabs).filter((choice) => choice !== text)
  const room = Math.max(20, Math.floor(size.width / 2))
  const typed = typedLine(text, cursor, room)
  return fit(
    [span(` ${label}`, 'accent'), ...typed, span(` ${others.slice(0, 20).join('  ')}`, 'muted')],
    size.width,
  )
}

/** The common ones always, the tab's own as far as there is room: the help has them all. */
function asManyAsFit(own: readonly Line[], common: readonly Line[], width: number): Line {
  let room = width - common.reduce((sum, line) => sum + widthOf(line) + 1, 0)
  const fitting = own.filter((line) => {
    room -= widthOf(line) + 1
    return room >= 0
  })
  return [...fitting, ...common].flatMap(followedBy(' ')).slice(0, -1)
}

function followedBy(gap: string): (line: Line) => Line {
  return (line) => [...line, span(gap)]
}

function dialogHints(dialog: Dialog): Line[] {
  return dialogKeys(dialog).map(([key, title]) => hint(key, title, { type: 'key', key }))
}

function dialogKeys(dialog: Dialog): [key: string, title: string][] {
  if (dialog.kind === 'confirm') {
    return [
      ['y', dialog.yes],
      ['n', 'Leave it'],
    ]
  }
  if (dialog.kind === 'form') {
    return [
      ['C-s', dialog.form.submit],
      ['tab', 'Next field'],
      ['S-tab', 'Field before'],
      ['escape', 'Cancel'],
    ]
  }
  if (dialog.kind === 'pick') {
    return [
      ...(dialog.pick.most > 1 ? ([['space', 'Choose']] satisfies [string, string][]) : []),
      ['enter', dialog.pick.most > 1 ? 'Done' : 'Choose'],
      ['up', 'Up'],
      ['down', 'Down'],
      ['escape', 'Back'],
    ]
  }
  const keys: [key: string, title: string][] = [
    ['escape', 'Close'],
    ['up', 'Up'],
    ['down', 'Down'],
  ]
  return dialog.copy === undefined ? keys : [...keys, ['c', 'Copy']]
}

const names: Record<string, string> = {
  enter: '↵',
  escape: 'esc',
  up: '↑',
  down: '↓',
  'C-s': '^S',
  'S-tab': 'shift-tab',
}

function hint(key: string, title: string, click: Click): Line {
  return [
    { ...span(names[key] ?? key, 'accent'), click },
    { ...span(` ${title}`), click },
  ]
}
