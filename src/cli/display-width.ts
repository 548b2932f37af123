export const graphemes = new Intl.Segmenter()

// Printable ASCII, boxes, blocks and Braille: a column each, as most of what is measured.
const narrow = /^[\u0020-\u007e\u2500-\u259f\u2800-\u28ff]*$/

// Scripts that terminals draw two columns wide, and the full-width forms; half-width Katakana is the exception.
const wide =
  /^(?![\uff61-\uffdc])(?:\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Bopomofo}|\p{Script=Yi}|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6])/u
const zeroWidth = /^[\p{Mark}\p{Cc}\p{Cf}]/u

/** Columns that a text takes in a terminal. */
export function displayWidth(text: string): number {
  if (narrow.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment)
  return width
}

/** The text, or as much of its beginning as fits with an ellipsis behind it. */
export function shorten(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let short = ''
  let used = 1
  for (const { segment } of graphemes.segment(text)) {
    used += graphemeWidth(segment)
    if (used > width) break
    short += segment
  }
  return `${short}…`
}

/** Of one grapheme. */
export function graphemeWidth(grapheme: string): number {
  if (wide.test(grapheme)) return 2
  return zeroWidth.test(grapheme) ? 0 : 1
}
