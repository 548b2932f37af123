import { displayWidth } from '../../cli/display-width.ts'
import type { TextDialog } from '../contract.ts'
import { wrap } from '../draw/fit.ts'
import { span, widthOf, type Area, type Line } from '../screen/span.ts'

/** Of a text: its rows on a screen of this size, and how many of them are shown at a time. */
export function textRows({ lines }: TextDialog, size: Area): { rows: readonly Line[]; height: number } {
  const rows = lines.flatMap((line) =>
    widthOf(line) > size.width - 8 ? broken(line, size.width - 8) : [line],
  )
  return { rows, height: Math.max(1, Math.min(rows.length, size.height - 8)) }
}

/** A line of one style in several; what stands behind a name stays behind it. */
function broken(line: Line, width: number): Line[] {
  const [only, ...others] = line
  if (!only || others.length > 0) return [line]
  const [head = ''] = /^\S+( \S+)*  +/.exec(only.text) ?? []
  const margin = displayWidth(head) <= width / 2 ? head : ''
  const rest = wrap(only.text.slice(margin.length), width - displayWidth(margin))
  return rest.map((text, row) => [
    span((row === 0 ? margin : ' '.repeat(displayWidth(margin))) + text, only.style),
  ])
}
