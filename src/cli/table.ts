import { displayWidth, shorten } from './display-width.ts'
import { safe } from './safe-text.ts'

const gap = '  '
const narrowest = 4

/** Aligned columns under a heading, no wider than `width` columns: the widest ones are shortened with an ellipsis. */
export function formatTable(heading: string[], rows: string[][], width = terminalWidth()): string {
  const table = [heading, ...rows.map((row) => row.map((cell) => safe(cell)))]
  const widths = fit(
    heading.map((_, column) => Math.max(...table.map((row) => displayWidth(row[column] ?? '')))),
    width - gap.length * (heading.length - 1),
  )
  return table.map((row) => formatRow(row, widths)).join('\n')
}

/** Names and values one below the other; a value that is too long goes on as it is. */
export function formatPairs(pairs: [name: string, value: string][]): string {
  const width = Math.max(...pairs.map(([name]) => displayWidth(name)))
  return pairs.map(([name, value]) => formatRow([name, safe(value)], [width, Infinity])).join('\n')
}

function formatRow(row: string[], widths: number[]): string {
  return row
    .map((cell, column) => {
      const width = widths[column] ?? 0
      const text = shorten(cell, width)
      return column === row.length - 1 ? text : text + ' '.repeat(width - displayWidth(text))
    })
    .join(gap)
    .trimEnd()
}

function fit(widths: number[], total: number): number[] {
  const fitted = [...widths]
  let excess = fitted.reduce((sum, width) => sum + width, 0) - total
  while (excess > 0) {
    const widest = fitted.indexOf(Math.max(...fitted))
    if (fitted[widest]! <= narrowest) break
    fitted[widest]! -= 1
    excess -= 1
  }
  return fitted
}

/** Columns of the terminal, or what fits any. */
export function terminalWidth(): number {
  return (process.stdout.isTTY && process.stdout.columns) || 80
}
