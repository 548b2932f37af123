import type { ConfirmDialog, Effect, Message, TextDialog, Update } from '../contract.ts'
import type { State } from '../app/state.ts'
import { reduceForm } from './form.ts'
import { reducePick } from './pick.ts'
import { textRows } from './text-rows.ts'

/** What becomes of a message while a dialog is open, which takes all keys. */
export function reduceDialog(state: State, message: Message): Update<State> {
  switch (state.dialog?.kind) {
    case 'confirm':
      return reduceConfirm(state, state.dialog, message)
    case 'text':
      return reduceText(state, state.dialog, message)
    case 'form':
      return reduceForm(state, state.dialog, message)
    case 'pick':
      return reducePick(state, state.dialog, message)
    default:
      return { state }
  }
}

function reduceConfirm(state: State, dialog: ConfirmDialog, message: Message): Update<State> {
  if (message.type !== 'key') return { state }
  if (message.key === 'y') return { state: { ...state, dialog: null }, effects: dialog.effects }
  return ['n', 'q', 'escape'].includes(message.key) ? { state: { ...state, dialog: null } } : { state }
}

function reduceText(state: State, dialog: TextDialog, message: Message): Update<State> {
  const { rows, height: page } = textRows(dialog, state.size)
  const move = (by: number): Update<State> => {
    const offset = Math.max(0, Math.min(rows.length - page, dialog.offset + by))
    return { state: { ...state, dialog: { ...dialog, offset } } }
  }
  if (message.type === 'wheel') return move(message.by)
  if (message.type !== 'key') return { state }
  switch (message.key) {
    case 'up':
    case 'k':
      return move(-1)
    case 'down':
    case 'j':
      return move(1)
    case 'pageup':
      return move(-page)
    case 'pagedown':
    case 'space':
      return move(page)
    case 'g':
    case 'home':
      return move(-Infinity)
    case 'G':
    case 'end':
      return move(Infinity)
    case 'c': {
      const { copy } = dialog
      const effects: Effect[] = [
        { type: 'copy', text: copy ?? '' },
        { type: 'toast', tone: 'good', text: 'Copied, where the terminal lets programs do so.' },
      ]
      return copy === undefined ? { state } : { state, effects }
    }
    case 'enter':
    case 'q':
      return dialog.once ? { state } : { state: { ...state, dialog: null } }
    case 'escape':
      return { state: { ...state, dialog: null } }
    default:
      return { state }
  }
}
