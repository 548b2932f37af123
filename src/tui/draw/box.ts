import { displayWidth, shorten } from '../../cli/display-width.ts'
import { fit } from './fit.ts'
import { span, widthOf, type Area, type Line, type Span, type Style } from '../screen/span.ts'

/** A frame around lines, with a title in its upper edge and a note at the right of it. */
export function box(
  {
    title,
    note = [],
    lines,
    style = 'muted',
  }: { title: string; note?: Line; lines: readonly Line[]; style?: Style },
  { width, height }: Area,
): Line[] {
  if (width < 4 || height < 2) return []
  const inner = width - 4
  const noteWidth = widthOf(note)
  const shownNote: Line = noteWidth > 0 && noteWidth + 6 < inner ? [span(' '), ...note, span(' ')] : []
  const heading = shorten(span(title).text, inner - widthOf(shownNote) - 2)
  const rule = width - 5 - displayWidth(heading) - widthOf(shownNote)
  const top: Span[] = [
    span('╭─ ', style),
    span(heading, 'strong'),
    span(` ${'─'.repeat(Math.max(0, rule))}`, style),
  ]
  return [
    fit([...top, ...shownNote, span('╮', style)], width),
    ...Array.from({ length: height - 2 }, (_, row): Line => [
      span('│ ', style),
      ...fit(lines[row] ?? [], inner),
      span(' │', style),
    ]),
    [span(`╰${'─'.repeat(width - 2)}╯`, style)],
  ]
}
