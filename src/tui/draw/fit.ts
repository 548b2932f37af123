import { displayWidth, graphemes, graphemeWidth, shorten } from '../../cli/display-width.ts'
import { span, widthOf, type Click, type Ground, type Line, type Span, type Style } from '../screen/span.ts'

/** The line in exactly so many columns: cut with an ellipsis, or filled up on the ground of its last text. */
export function fit(line: Line, width: number): Line {
  const fitted: Span[] = []
  let left = width
  for (const part of line) {
    if (left <= 0) break
    const text = shorten(part.text, left)
    // Nothing but an ellipsis fits where a wide character had to go.
    left -= displayWidth(text)
    fitted.push(text === part.text ? part : { ...part, text })
  }
  if (left > 0)
    fitted.push({ text: ' '.repeat(left), ...(fitted.at(-1)?.ground && { ground: fitted.at(-1)!.ground! }) })
  return fitted
}

/** One text in exactly so many columns. */
export function cell(
  text: string,
  width: number,
  { style, right = false }: { style?: Style; right?: boolean } = {},
): Span {
  const shown = shorten(span(text).text, width)
  const padding = ' '.repeat(Math.max(0, width - displayWidth(shown)))
  return { text: right ? padding + shown : shown + padding, ...(style && { style }) }
}

/** The one at the left, the other at the right edge; where there is no room for both, the left one is cut. */
export function spread(left: Line, right: Line, width: number): Line {
  const room = width - widthOf(right)
  return room < 8 ? fit(left, width) : [...fit(left, room), ...right]
}

export function onGround(line: Line, ground: Ground): Line {
  const on = (part: Span): Span => ({ ...part, ground })
  return line.map(on)
}

/** A line that does something when it is clicked. */
export function clickable(line: Line, click: Click): Line {
  const clicked = (part: Span): Span => ({ ...part, click })
  return line.map(clicked)
}

/** Several blocks of lines side by side, each of its width. */
export function beside(blocks: readonly { lines: readonly Line[]; width: number }[]): Line[] {
  const height = Math.max(0, ...blocks.map(({ lines }) => lines.length))
  return Array.from({ length: height }, (_, row) =>
    blocks.flatMap(({ lines, width }) => fit(lines[row] ?? [], width)),
  )
}

/** Exactly so many lines. */
export function padLines(lines: readonly Line[], height: number): Line[] {
  return Array.from({ length: Math.max(0, height) }, (_, row) => lines[row] ?? [])
}

/** Words in lines of at most so many columns; what is longer than a line is broken. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = ''
    for (const word of paragraph.split(' ')) {
      let rest = word
      if (line !== '' && displayWidth(line) + 1 + displayWidth(rest) > width) {
        lines.push(line)
        line = ''
      } else if (line !== '') {
        line += ` ${rest}`
        continue
      }
      while (displayWidth(rest) > width) {
        const head = beginning(rest, width)
        lines.push(head)
        rest = rest.slice(head.length)
      }
      line = rest
    }
    lines.push(line)
  }
  return lines
}

/** As much of it as fits, and at least one character. */
function beginning(text: string, width: number): string {
  let shown = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    used += graphemeWidth(segment)
    if (used > width && shown !== '') break
    shown += segment
  }
  return shown
}
