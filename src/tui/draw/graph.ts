import { span, type Area, type Line } from '../screen/span.ts'

/** Dots of a Braille cell from the bottom up, of its left and its right column. */
const left = [0x40, 0x04, 0x02, 0x01]
const right = [0x80, 0x20, 0x10, 0x08]
const dotsUp = 4

/**
 * A filled graph of the last values, two of them in a column, the newest at the right. The highest value shown reaches
 * the upper edge, or `least` where none is as high.
 */
export function graph(values: readonly number[], { width, height }: Area, { least = 1 } = {}): Line[] {
  const shown = values.slice(-width * 2)
  const padded = [...Array.from({ length: width * 2 - shown.length }, () => 0), ...shown]
  const top = Math.max(least, ...padded)
  const levels = padded.map((value) =>
    value <= 0 ? 0 : Math.max(1, Math.round((value / top) * height * dotsUp)),
  )
  return Array.from({ length: height }, (_, row): Line => {
    const below = (height - 1 - row) * dotsUp
    let text = ''
    for (let column = 0; column < width; column += 1) {
      const dots = fill(left, levels[column * 2]! - below) + fill(right, levels[column * 2 + 1]! - below)
      text += dots === 0 ? ' ' : String.fromCharCode(0x2800 + dots)
    }
    return [span(text, 'graph')]
  })
}

function fill(column: readonly number[], level: number): number {
  return column.slice(0, Math.max(0, level)).reduce((dots, dot) => dots + dot, 0)
}
