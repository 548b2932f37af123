import { editText } from '../app/edit-text.ts'
import type { State } from '../app/state.ts'
import { toLlmdError } from '../../errors.ts'
import type { ChoiceList, Effect, Field, Form, FormDialog, Issue, Message, Update } from '../contract.ts'

/** The form as it is when it opens. */
export function openForm(form: Form): Effect {
  const values = form.initial
  const [first] = form.fields(values)
  const cursor = first ? (values[first.name] ?? '').length : 0
  return { type: 'open', dialog: { kind: 'form', form, values, focus: 0, cursor, issues: [], busy: false } }
}

export function reduceForm(state: State, dialog: FormDialog, message: Message): Update<State> {
  const fields = dialog.form.fields(dialog.values)
  const field = fields[dialog.focus]
  const show = (next: FormDialog): Update<State> => ({ state: { ...state, dialog: next } })
  if (message.type === 'row') return show(focused(dialog, message.index))
  if (message.type !== 'key' || !field) return { state }
  switch (message.key) {
    case 'escape':
      return { state: { ...state, dialog: null } }
    case 'C-s':
      return submit(state, dialog)
    case 'C-o':
      return field.pick ? lookUp(state, dialog, field, field.pick) : { state }
    case 'enter':
      return dialog.focus === fields.length - 1
        ? submit(state, dialog)
        : show(focused(dialog, dialog.focus + 1))
    case 'tab':
    case 'down':
      return show(focused(dialog, (dialog.focus + 1) % fields.length))
    case 'S-tab':
    case 'up':
      return show(focused(dialog, (dialog.focus - 1 + fields.length) % fields.length))
  }
  const isTyped = field.kind === 'text' || field.kind === 'secret'
  const next = isTyped ? type(dialog, field, message) : choose(dialog, field, message.key)
  return next ? show(next) : { state }
}

/** Asks what there is to choose from. */
function lookUp(state: State, dialog: FormDialog, { name }: Field, list: ChoiceList): Update<State> {
  if (dialog.busy) return { state }
  const { form, values } = dialog
  const ask: Effect = {
    type: 'ask',
    what: form.title,
    run: async (client) => [
      { type: 'form-pick', form: form.id, field: name, choices: await list.load(client, values) },
    ],
    failed: ({ message, hint = '' }) => [
      { type: 'form-issues', form: form.id, issues: [{ field: name, message: `${message} ${hint}`.trim() }] },
    ],
  }
  return { state: { ...state, dialog: { ...dialog, busy: true } }, effects: [ask] }
}

/** What the check found, or that the form goes to the daemon. */
export function settleForm(
  state: State,
  effect: Extract<Effect, { type: 'form-issues' | 'form-send' }>,
): Update<State> {
  const { dialog } = state
  // It was closed before the answer came.
  if (dialog?.kind !== 'form' || dialog.form.id !== effect.form) return { state }
  if (effect.type === 'form-issues') return { state: { ...state, dialog: withIssues(dialog, effect.issues) } }
  const { form, values } = dialog
  const ask: Effect = {
    type: 'ask',
    what: form.title,
    run: async (client) => [{ type: 'close' }, ...(await form.send(client, form.body(values)))],
    failed: (error) => {
      const field = fieldOf(form, values, error.param ?? '')
      const message =
        error.hint === undefined || field !== null ? error.message : `${error.message} ${error.hint}`
      return [{ type: 'form-issues', form: form.id, issues: [{ field, message }] }]
    },
  }
  return { state, effects: [ask] }
}

/** The name of the field that a path of the API is about; null where none is. */
function fieldOf(form: Form, values: FormDialog['values'], path: string): string | null {
  const fields = form.fields(values)
  const parts = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.')
  // `targets.0.model` is about the field `targets`.
  for (let length = parts.length; length > 0; length -= 1) {
    const beginning = parts.slice(0, length).join('.')
    const field = fields.find((one) => (one.path ?? one.name) === beginning)
    if (field) return field.name
  }
  return null
}

function submit(state: State, dialog: FormDialog): Update<State> {
  if (dialog.busy) return { state }
  const { form, values } = dialog
  let body: unknown
  try {
    body = form.body(values)
  } catch (error) {
    const { message, hint = '', param = '' } = toLlmdError(error)
    const issue = { field: fieldOf(form, values, param), message: `${message} ${hint}`.trim() }
    return { state: { ...state, dialog: withIssues(dialog, [issue]) } }
  }
  const check: Effect = {
    type: 'ask',
    what: form.title,
    async run() {
      const issues = await form.check(body)
      if (issues.length === 0) return [{ type: 'form-send', form: form.id }]
      const named = issues.map(({ field, message }) => ({
        field: fieldOf(form, values, field ?? ''),
        message,
      }))
      return [{ type: 'form-issues', form: form.id, issues: named }]
    },
  }
  return { state: { ...state, dialog: { ...dialog, busy: true, issues: [] } }, effects: [check] }
}

/** The first field with an issue gets the focus. */
function withIssues(dialog: FormDialog, issues: readonly Issue[]): FormDialog {
  const names = new Set(issues.map(({ field }) => field))
  const wrong = dialog.form.fields(dialog.values).findIndex(({ name }) => names.has(name))
  return { ...(wrong === -1 ? dialog : focused(dialog, wrong)), issues, busy: false }
}

function focused(dialog: FormDialog, focus: number): FormDialog {
  const name = dialog.form.fields(dialog.values)[focus]?.name
  return name === undefined ? dialog : { ...dialog, focus, cursor: (dialog.values[name] ?? '').length }
}

function type(
  dialog: FormDialog,
  { name }: Field,
  message: { readonly key: string; readonly text?: string },
): FormDialog | undefined {
  const edited = editText({ text: dialog.values[name] ?? '', cursor: dialog.cursor }, message)
  return edited && { ...changed(dialog, name, edited.text), cursor: edited.cursor }
}

function choose(dialog: FormDialog, field: Field, key: string): FormDialog | undefined {
  const choices = field.kind === 'switch' ? ['no', 'yes'] : (field.choices ?? [])
  const by = key === 'left' ? -1 : key === 'right' || key === 'space' ? 1 : 0
  if (by === 0 || choices.length === 0) return undefined
  const index = choices.indexOf(dialog.values[field.name] ?? '')
  return changed(dialog, field.name, choices[(index + by + choices.length) % choices.length] ?? '')
}

/** What was said of a field no longer holds once it is changed. */
export function changed(dialog: FormDialog, name: string, value: string): FormDialog {
  const issues = dialog.issues.filter(({ field }) => field !== name && field !== null)
  return { ...dialog, values: { ...dialog.values, [name]: value }, issues }
}
