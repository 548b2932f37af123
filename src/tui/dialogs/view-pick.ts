import type { PickDialog } from '../contract.ts'
import { box } from '../draw/box.ts'
import { clickable, fit, onGround, padLines } from '../draw/fit.ts'
import { span, type Area, type Line } from '../screen/span.ts'
import { button } from './button.ts'
import { shownChoices } from './pick.ts'

/** A list to choose from, with what was typed to find something in it. */
export function viewPick(dialog: PickDialog, size: Area): Line[] {
  const { pick, choices, chosen, filter, index } = dialog
  const width = Math.min(size.width - 4, 76)
  const height = Math.max(1, Math.min(choices.length, size.height - 10))
  const shown = shownChoices(dialog)
  const offset = Math.max(0, Math.min(index - Math.floor(height / 2), shown.length - height))
  const several = pick.most > 1
  const rows = shown.slice(offset, offset + height).map((choice, place): Line => {
    const isChosen = chosen.includes(choice)
    const mark = several ? (isChosen ? '[x] ' : '[ ] ') : isChosen ? '● ' : '  '
    const marked = fit([span(mark, isChosen ? 'good' : 'muted'), span(choice)], width - 4)
    const line = clickable(marked, { type: 'row', index: offset + place })
    return offset + place === index ? onGround(line, 'selected') : line
  })
  const none: Line[] = [
    [span(choices.length === 0 ? 'There is nothing to choose from.' : 'None has this in it.', 'muted')],
  ]
  const search: Line = [
    span('Find  ', 'muted'),
    { ...span(filter), ground: 'field' },
    { ...span(' '), ground: 'active' },
    span(filter === '' ? '  type to find' : `  ${shown.length} of ${choices.length}`, 'muted'),
  ]
  const buttons: Line = several
    ? [
        ...button('space', 'Choose'),
        span('   '),
        ...button('enter', 'Done'),
        span('   '),
        ...button('escape', 'Back'),
      ]
    : [...button('enter', 'Choose'), span('   '), ...button('escape', 'Back')]
  const full = chosen.length >= pick.most
  const note: Line = several
    ? [span(`${chosen.length} of at most ${pick.most}`, full ? 'warn' : 'muted')]
    : []
  const lines = [search, [], ...padLines(rows.length === 0 ? none : rows, height), [], buttons]
  return box({ title: pick.title, note, lines, style: 'accent' }, { width, height: lines.length + 2 })
}
