// Direction marks and overrides, invisible characters, and what else would let one name pass for another.
const invisible =
  '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}'
const joiners = '\\u200c\\u200d'

const oneLine = new RegExp(`[\\p{Cc}${invisible}${joiners}]`, 'gu')
const lines = new RegExp(`(?![\\n\\t])[\\p{Cc}${invisible}]`, 'gu')

/** A name or message from elsewhere, for one line of a terminal: nothing in it moves, hides or turns text. */
export function safe(text: string): string {
  return text.replace(/[\t\n\r]+/g, ' ').replace(oneLine, '')
}

/** The same for prose: lines and tabs stay, and the joiners that some scripts and emoji are written with. */
export function safeLines(text: string): string {
  return text.replace(lines, '')
}

/** JSON that says the same, with such characters escaped. */
export function safeJson(value: unknown, { indent = 2 } = {}): string {
  return JSON.stringify(value, null, indent).replace(
    new RegExp(`(?!\\n)${oneLine.source}`, 'gu'),
    (character) =>
      Array.from(
        { length: character.length },
        (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
      ).join(''),
  )
}
