import { formatDuration } from '../../cli/format.ts'
import type { AnyTab } from '../contract.ts'
import { viewDialog } from '../dialogs/view-dialog.ts'
import { fit, onGround, padLines } from '../draw/fit.ts'
import { span, widthOf, type Line } from '../screen/span.ts'
import { bodyArea, type State } from './state.ts'
import { viewFooter } from './view-footer.ts'
import { viewHeader } from './view-header.ts'
import { viewTabBar } from './view-tab-bar.ts'

const least = { width: 60, height: 20 }

/** The whole screen, a line for each row. */
export function viewFrame(state: State, tabs: readonly AnyTab[]): readonly Line[] {
  const { size, dialog } = state
  const { width, height } = size
  if (width < least.width || height < least.height) return tooSmall(state)
  const tab = tabs.find(({ id }) => id === state.tab)
  const area = bodyArea(state)
  const body = padLines(tab?.view(state.tabs[state.tab], state, area) ?? [], area.height)
  const lines = [
    viewHeader(state),
    viewTabBar(state, tabs),
    ...viewBanner(state),
    ...withToasts(body, state),
    viewFooter(state, tabs),
  ]
  return dialog ? inTheMiddle(lines, viewDialog(dialog, size), state) : lines
}

function tooSmall({ size }: State): readonly Line[] {
  const text = `This needs ${least.width} columns and ${least.height} rows, and there are ${size.width} and ${size.height}.`
  return padLines([[span(text, 'warn')]], size.height)
}

function viewBanner({ lost, now, size }: State): Line[] {
  if (!lost) return []
  const text = ` ${lost.reason} Trying again, for ${formatDuration(Math.max(0, now - lost.since) / 1000)} now.`
  return [onGround(fit([span(text)], size.width), 'alert')]
}

/** Messages lie over the last rows. */
function withToasts(body: readonly Line[], { toasts, size }: State): readonly Line[] {
  if (toasts.length === 0) return body
  const marks = { good: '✓', warn: '!', bad: '✗' }
  const lines = toasts.map(({ tone, text }): Line =>
    onGround(fit([span(` ${marks[tone]} `, tone), span(text, tone)], size.width), 'bar'),
  )
  return [...body.slice(0, Math.max(0, body.length - lines.length)), ...lines]
}

/** What lies under a dialog is not clicked. */
function inTheMiddle(lines: readonly Line[], dialog: readonly Line[], { size }: State): readonly Line[] {
  const width = Math.max(0, ...dialog.map(widthOf))
  const left = Math.max(0, Math.floor((size.width - width) / 2))
  const top = Math.max(0, Math.floor((size.height - dialog.length) / 2))
  return lines.map((line, row) => {
    const under = line.map(({ text, style, ground }) => ({
      text,
      ...(style && { style }),
      ...(ground && { ground }),
    }))
    const over = dialog[row - top]
    if (!over) return under
    return [
      ...fit(cutBack(under, left), left),
      ...fit(over, width),
      ...cutFront(fit(under, size.width), left + width),
    ]
  })
}

/** What stands in the first columns of a line, without a mark of what was cut off. */
function cutBack(line: Line, columns: number): Line {
  let left = columns
  return line.flatMap((part) => {
    let kept = ''
    for (const character of part.text) {
      if (widthOf([{ text: kept + character }]) > left) break
      kept += character
    }
    // Nothing moves to where a wide character did not fit.
    left = kept === part.text ? left - widthOf([part]) : 0
    return [{ ...part, text: kept }]
  })
}

/** What is left of a line behind so many columns. */
function cutFront(line: Line, columns: number): Line {
  let skip = columns
  const rest: Line[number][] = []
  for (const part of line) {
    const width = widthOf([part])
    if (skip >= width) {
      skip -= width
      continue
    }
    // A wide character that is cut in half leaves a blank.
    const kept = skip === 0 ? part.text : afterColumns(part.text, skip)
    skip = 0
    rest.push({ ...part, text: kept })
  }
  return rest
}

function afterColumns(text: string, columns: number): string {
  let before = ''
  for (const character of text) {
    const width = widthOf([{ text: before }])
    if (width >= columns) break
    before += character
  }
  const over = widthOf([{ text: before }]) - columns
  return ' '.repeat(Math.max(0, over)) + text.slice(before.length)
}
