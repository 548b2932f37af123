import { encodeLine, type EncodeOptions } from './encode-line.ts'
import type { Area, Line } from './span.ts'

/** What has to be written so that a terminal shows what it is to show. */
export interface Painter {
  /** Only rows that differ from the last frame are written; the empty text where none does. */
  paint(lines: readonly Line[], size: Area): string
  /** The terminal no longer shows the last frame. */
  forget(): void
}

export function createPainter(options: EncodeOptions): Painter {
  let last: string[] = []
  let lastSize: Area = { width: 0, height: 0 }
  return {
    paint(lines, size) {
      if (size.width !== lastSize.width || size.height !== lastSize.height) last = []
      const rows = Array.from({ length: size.height }, (_, row) =>
        encodeLine(lines[row] ?? [], size.width, options),
      )
      const changed = rows
        .map((text, row) => (text === last[row] ? '' : `\u001b[${row + 1};1H${text}`))
        .join('')
      last = rows
      lastSize = size
      return changed
    },
    forget() {
      last = []
    },
  }
}
