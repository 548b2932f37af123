import { displayWidth } from '../../cli/display-width.ts'
import type { Click, Line } from '../screen/span.ts'

/** What a click at a place of the screen does; columns and rows count from 0. */
export function clickAt(lines: readonly Line[], x: number, y: number): Click | undefined {
  let column = 0
  for (const { text, click } of lines[y] ?? []) {
    column += displayWidth(text)
    if (x < column) return click
  }
  return undefined
}
