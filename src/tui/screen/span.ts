import { displayWidth } from '../../cli/display-width.ts'
import { safe } from '../../cli/safe-text.ts'

/** What a text means; the theme says how that looks. */
export type Style = 'muted' | 'strong' | 'accent' | 'good' | 'warn' | 'bad' | 'graph'

/** What a text stands on. */
export type Ground = 'selected' | 'bar' | 'active' | 'field' | 'match' | 'alert'

/** What a click on a text does. */
export type Click =
  | { readonly type: 'go'; readonly tab: string }
  | { readonly type: 'act'; readonly action: string; readonly argument?: string }
  | { readonly type: 'row'; readonly index: number }
  | { readonly type: 'key'; readonly key: string }

export interface Span {
  readonly text: string
  readonly style?: Style
  readonly ground?: Ground
  readonly click?: Click
}

/** One row of the screen, from its left edge on. */
export type Line = readonly Span[]

/** Columns and rows. */
export interface Area {
  readonly width: number
  readonly height: number
}

/** A text from wherever, harmless on a terminal. */
export function span(text: string, style?: Style): Span {
  return { text: safe(text), ...(style && { style }) }
}

export function widthOf(line: Line): number {
  return line.reduce((width, { text }) => width + displayWidth(text), 0)
}

/** The text of lines as a terminal shows it, for tests and documents. */
export function textOf(lines: readonly Line[]): string {
  return lines
    .map((line) =>
      line
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
    .join('\n')
}
