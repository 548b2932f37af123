import { graphemes } from '../../cli/display-width.ts'

/** A line that is being typed; `cursor` counts UTF-16 units, and stands between graphemes. */
export interface EditedText {
  readonly text: string
  readonly cursor: number
}

/** The line after a key; undefined for a key that means nothing to it. */
export function editText(
  { text, cursor }: EditedText,
  { key, text: typed }: { readonly key: string; readonly text?: string },
): EditedText | undefined {
  const before = text.slice(0, cursor)
  const after = text.slice(cursor)
  switch (key) {
    case 'left':
      return { text, cursor: beginningOfLast(before) }
    case 'right':
      return { text, cursor: cursor + first(after).length }
    case 'home':
    case 'C-a':
      return { text, cursor: 0 }
    case 'end':
    case 'C-e':
      return { text, cursor: text.length }
    case 'backspace': {
      const kept = beginningOfLast(before)
      return { text: before.slice(0, kept) + after, cursor: kept }
    }
    case 'delete':
    case 'C-d':
      return { text: before + after.slice(first(after).length), cursor }
    case 'C-u':
      return { text: after, cursor: 0 }
    case 'C-k':
      return { text: before, cursor }
    case 'C-w': {
      const kept = before.replace(/\S+\s*$/, '')
      return { text: kept + after, cursor: kept.length }
    }
    default:
      return typed === undefined ? undefined : { text: before + typed + after, cursor: cursor + typed.length }
  }
}

function first(text: string): string {
  for (const { segment } of graphemes.segment(text)) return segment
  return ''
}

function beginningOfLast(text: string): number {
  return [...graphemes.segment(text)].at(-1)?.index ?? 0
}
