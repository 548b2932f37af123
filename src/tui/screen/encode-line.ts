import { graphemes, graphemeWidth } from '../../cli/display-width.ts'
import { safe } from '../../cli/safe-text.ts'
import { toAscii } from './to-ascii.ts'
import type { Line, Span } from './span.ts'
import type { Theme } from './theme.ts'

export interface EncodeOptions {
  theme: Theme
  /** Whether the terminal shows more than ASCII. */
  unicode: boolean
}

/** Printable ASCII, boxes, blocks and Braille: one column each, in every terminal. */
const plain = /^[\u0020-\u007e\u2500-\u259f\u2800-\u28ff]*$/u

/**
 * What a terminal is sent to show a line from its first column on, and nothing else behind it. Whatever stands in the
 * line, nothing of it moves the cursor, and no more than `width` columns are used.
 */
export function encodeLine(line: Line, width: number, { theme, unicode }: EncodeOptions): string {
  let encoded = ''
  let column = 0
  for (const span of line) {
    if (column >= width) break
    const text = unicode ? safe(span.text) : toAscii(safe(span.text))
    const { shown, end } = plain.test(text) ? clip(text, column, width) : place(text, column, width)
    if (shown === '') continue
    const codes = codesOf(span, theme)
    encoded += codes === '' ? shown : `\u001b[${codes}m${shown}\u001b[m`
    column = end
  }
  return column < width ? `${encoded}\u001b[K` : encoded
}

function codesOf({ style, ground }: Span, { styles, grounds }: Theme): string {
  return [ground && grounds[ground], style && styles[style]].filter(Boolean).join(';')
}

function clip(text: string, column: number, width: number) {
  const shown = text.slice(0, width - column)
  return { shown, end: column + shown.length }
}

/**
 * Terminals differ in how wide they take a character to be. So what is not one column wide is drawn on cleared columns,
 * and the cursor is then put where llmd takes the character to end.
 */
function place(text: string, column: number, width: number) {
  let shown = ''
  let end = column
  for (const { segment } of graphemes.segment(text)) {
    const columns = graphemeWidth(segment)
    if (end + columns > width) break
    if (columns === 1 && segment.length === 1) shown += segment
    else if (columns > 0) {
      shown += `${' '.repeat(columns)}\u001b[${end + 1}G${segment}`
      if (end + columns < width) shown += `\u001b[${end + columns + 1}G`
    }
    end += columns
  }
  return { shown, end }
}
