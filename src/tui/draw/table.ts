import { cell, fit } from './fit.ts'
import { span, type Line, type Span, type Style } from '../screen/span.ts'

/** What stands in a cell. */
export interface CellText {
  text: string
  style?: Style
}

export interface TableColumn {
  title: string
  /** Columns of the screen, at least. */
  width: number
  /** Whether it takes its share of the room that is left. */
  grows?: boolean
  right?: boolean
  /** Where there is no room for all, those with the highest number go first; none is never left out. */
  drop?: number
}

const gap = '  '

/** The columns that fit into a width, each with the width it gets there. */
export function layoutColumns<Column extends TableColumn>(
  columns: readonly Column[],
  width: number,
): Column[] {
  let kept = [...columns]
  while (needed(kept) > width) {
    const worst = Math.max(...kept.map(({ drop = 0 }) => drop))
    if (worst === 0) break
    kept = kept.filter(({ drop = 0 }) => drop !== worst)
  }
  const growing = kept.filter(({ grows }) => grows).length
  const spare = Math.max(0, width - needed(kept))
  const share = growing === 0 ? 0 : Math.floor(spare / growing)
  const grown = (column: Column): Column => ({ ...column, width: column.width + share })
  return kept.map((column) => (column.grows ? grown(column) : column))
}

function needed(columns: readonly TableColumn[]): number {
  return columns.reduce((sum, column) => sum + column.width, gap.length * (columns.length - 1))
}

/** One row, a cell for each column. */
export function tableRow(columns: readonly TableColumn[], cells: readonly CellText[], width: number): Line {
  const parts: Span[] = []
  columns.forEach(({ width: columnWidth, right = false }, index) => {
    const { text, style } = cells[index] ?? { text: '' }
    if (index > 0) parts.push(span(gap))
    parts.push(cell(text, columnWidth, { right, ...(style && { style }) }))
  })
  return fit(parts, width)
}
