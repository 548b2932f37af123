import type { State } from '../app/state.ts'
import type { Effect, Message, PickDialog, Update } from '../contract.ts'
import { changed } from './form.ts'

/** The list for a field of the form that is open, with what stands in the field chosen already. */
export function openPick(state: State, effect: Extract<Effect, { type: 'form-pick' }>): Update<State> {
  const form = state.dialog
  // It was closed before the list came.
  if (form?.kind !== 'form' || form.form.id !== effect.form) return { state }
  const idle = { ...form, busy: false }
  const field = form.form.fields(form.values).find(({ name }) => name === effect.field)
  if (!field?.pick) return { state: { ...state, dialog: idle } }
  const chosen = wordsOf(form.values[field.name] ?? '')
  // What was typed and is not in the list stays chosen, and can be seen to be.
  const choices = [...new Set([...chosen, ...effect.choices])].filter((choice) => choice !== '')
  const dialog: PickDialog = {
    kind: 'pick',
    form: idle,
    field,
    pick: field.pick,
    choices,
    chosen,
    filter: '',
    index: 0,
  }
  return { state: { ...state, dialog } }
}

/** Those that have the filter in them. */
export function shownChoices({ choices, filter }: Pick<PickDialog, 'choices' | 'filter'>): readonly string[] {
  const wanted = filter.toLowerCase()
  return wanted === '' ? choices : choices.filter((choice) => choice.toLowerCase().includes(wanted))
}

export function reducePick(state: State, dialog: PickDialog, message: Message): Update<State> {
  const shown = shownChoices(dialog)
  const show = (next: Partial<PickDialog>): Update<State> => ({
    state: { ...state, dialog: { ...dialog, ...next } },
  })
  const move = (to: number) => show({ index: Math.max(0, Math.min(shown.length - 1, to)) })
  if (message.type === 'wheel') return move(dialog.index + message.by)
  if (message.type === 'row') {
    const choice = shown[message.index]
    return choice === undefined ? { state } : show({ index: message.index, chosen: toggled(dialog, choice) })
  }
  if (message.type !== 'key') return { state }
  const under = shown[dialog.index]
  switch (message.key) {
    case 'escape':
      return { state: { ...state, dialog: dialog.form } }
    case 'enter':
    case 'C-s':
      return { state: { ...state, dialog: filledIn(dialog, under) } }
    case 'space':
      return under === undefined ? { state } : show({ chosen: toggled(dialog, under) })
    case 'up':
      return move(dialog.index - 1)
    case 'down':
    case 'tab':
      return move(dialog.index + 1)
    case 'pageup':
      return move(dialog.index - 10)
    case 'pagedown':
      return move(dialog.index + 10)
    case 'home':
      return move(0)
    case 'end':
      return move(Infinity)
    case 'backspace':
      return show({ filter: dialog.filter.slice(0, -1), index: 0 })
    case 'C-u':
      return show({ filter: '', index: 0 })
    default: {
      const typed = 'text' in message ? message.text : undefined
      return typed === undefined ? { state } : show({ filter: dialog.filter + typed, index: 0 })
    }
  }
}

/** No more than may be are chosen; where it is one, the other makes room. */
function toggled({ chosen, pick: { most } }: PickDialog, choice: string): readonly string[] {
  if (chosen.includes(choice)) return chosen.filter((one) => one !== choice)
  if (most === 1) return [choice]
  return chosen.length < most ? [...chosen, choice] : chosen
}

/** The form with what was chosen; of one alone the row under the cursor is. */
function filledIn({ form, field, pick, chosen }: PickDialog, under: string | undefined) {
  const taken = pick.most === 1 && under !== undefined ? [under] : chosen
  const value = taken.join(' ')
  return { ...changed(form, field.name, value), cursor: value.length }
}

export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}
