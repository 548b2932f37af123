import { displayWidth } from '../../cli/display-width.ts'
import { graphemes } from '../../cli/display-width.ts'
import type { ConfirmDialog, Dialog, Field, FormDialog, TextDialog } from '../contract.ts'
import { box } from '../draw/box.ts'
import { cell, clickable, fit, wrap } from '../draw/fit.ts'
import { span, widthOf, type Area, type Click, type Line, type Span } from '../screen/span.ts'
import { button } from './button.ts'
import { viewPick } from './view-pick.ts'
import { textRows } from './text-rows.ts'

/** A dialog's lines with their frame, no larger than the screen. */
export function viewDialog(dialog: Dialog, size: Area): readonly Line[] {
  switch (dialog.kind) {
    case 'confirm':
      return viewConfirm(dialog, size)
    case 'text':
      return viewText(dialog, size)
    case 'form':
      return viewForm(dialog, size)
    default:
      return viewPick(dialog, size)
  }
}

function viewConfirm({ title, text, yes }: ConfirmDialog, size: Area): Line[] {
  const width = Math.min(size.width - 4, 64)
  const words = wrap(text, width - 4).map((line): Line => [span(line)])
  const buttons: Line = [...button('y', yes), span('   '), ...button('n', 'Leave it')]
  const lines = [...words, [], buttons]
  return box({ title, lines, style: 'warn' }, { width, height: lines.length + 2 })
}

function viewText(dialog: TextDialog, size: Area): Line[] {
  const { title, copy } = dialog
  const { rows, height } = textRows(dialog, size)
  // A screen that has become larger shows all to the end.
  const offset = Math.max(0, Math.min(dialog.offset, rows.length - height))
  const widest = Math.max(displayWidth(title), 40, ...rows.map(widthOf))
  const width = Math.min(size.width - 4, widest + 4)
  const shown = rows.slice(offset, offset + height)
  const hidden = rows.length > height
  const note: Line = hidden ? [span(`${offset + 1}-${offset + height} of ${rows.length}`, 'muted')] : []
  const buttons: Line = [
    ...button('escape', 'Close'),
    ...(copy === undefined ? [] : [span('   '), ...button('c', 'Copy')]),
    ...(hidden ? [span('   ↑↓ scroll', 'muted')] : []),
  ]
  return box({ title, note, lines: [...shown, [], buttons], style: 'accent' }, { width, height: height + 4 })
}

function viewForm(dialog: FormDialog, size: Area): Line[] {
  const { form, values, issues, busy, focus } = dialog
  const fields = form.fields(values)
  const width = Math.min(size.width - 4, 76)
  const inner = width - 4
  const labels = Math.max(...fields.map(({ label }) => displayWidth(label))) + 2
  const room = inner - labels
  const blocks = fields.map((field, index): Line[] => {
    const isFocused = index === focus
    const issue = issues.find(({ field: name }) => name === field.name)
    const below = issue ? issue.message : isFocused ? (field.hint ?? '') : ''
    const click: Click = { type: 'row', index }
    const label = cell(field.label, labels, { style: issue ? 'bad' : isFocused ? 'accent' : 'muted' })
    const first = clickable([label, ...viewField(dialog, field, { isFocused, room })], click)
    const words = below === '' ? [] : wrap(below, room)
    return [
      first,
      ...words.map((line): Line => [span(' '.repeat(labels)), span(line, issue ? 'bad' : 'muted')]),
    ]
  })
  const whole = issues.filter(({ field }) => field === null).flatMap(({ message }) => wrap(message, inner))
  const buttons: Line = [
    ...button('C-s', busy ? 'Wait...' : form.submit),
    span('   '),
    ...(fields[focus]?.pick ? [...button('C-o', 'Choose'), span('   ')] : []),
    ...button('escape', 'Cancel'),
    span('   ↑↓ fields', 'muted'),
  ]
  const bottom: Line[] = [...whole.map((line): Line => [span(line, 'bad')]), [], buttons]
  const height = Math.min(size.height - 2, blocks.flat().length + bottom.length + 2)
  const lines = [...aroundFocus(blocks, focus, height - 2 - bottom.length), ...bottom]
  return box({ title: form.title, lines, style: 'accent' }, { width, height })
}

/** As many lines as fit, with the focused field among them. */
function aroundFocus(blocks: readonly Line[][], focus: number, height: number): Line[] {
  const lines = blocks.flat()
  const end = blocks.slice(0, focus + 1).flat().length
  const offset = Math.max(0, Math.min(end - height, lines.length - height))
  return lines.slice(offset, offset + Math.max(1, height))
}

function viewField(
  { values, cursor }: FormDialog,
  { name, kind, choices = [] }: Field,
  { isFocused, room }: { isFocused: boolean; room: number },
): Line {
  const value = values[name] ?? ''
  if (kind === 'switch')
    return [span(value === 'yes' ? '[x] yes' : '[ ] no', isFocused ? 'accent' : undefined)]
  if (kind === 'choice') {
    const options = choices.flatMap((choice): Span[] => [
      choice === value
        ? { ...span(` ${choice} `), ground: isFocused ? 'active' : 'bar' }
        : span(` ${choice} `, 'muted'),
    ])
    return fit(options, room)
  }
  const shown = kind === 'secret' ? '•'.repeat([...graphemes.segment(value)].length) : value
  const at = kind === 'secret' ? [...graphemes.segment(value.slice(0, cursor))].length : cursor
  return isFocused ? typedLine(shown, at, room) : [{ ...cell(shown, room), ground: 'field' }]
}

/** A text with a cursor in it, moved to the left until the cursor is in sight. */
export function typedLine(text: string, cursor: number, room: number): Line {
  let before = text.slice(0, cursor)
  while (displayWidth(before) >= room) before = before.slice(1)
  const [under = ' '] = [...graphemes.segment(text.slice(cursor))].map(({ segment }) => segment)
  const after = text.slice(cursor + under.length)
  const line: Line = [
    { ...span(before), ground: 'field' },
    { ...span(under), ground: 'active' },
    { ...span(after), ground: 'field' },
  ]
  return fit(line, room)
}
