/** A key as messages name it; `text` is there where it can be typed. */
export interface Key {
  key: string
  text?: string
}

/**
 * Names keys: `a`, `A`, `space`, `enter`, `up`, `C-c`. Characters beyond the first 65,536 come in halves, and are put
 * together.
 */
export function createKeyReader(): (
  text: string | undefined,
  key: { full: string; ctrl?: boolean; meta?: boolean },
) => Key | undefined {
  let firstHalf = ''
  return (text, { full, ctrl = false, meta = false }) => {
    // Of both names of the key, the one that it has everywhere follows.
    if (full === 'return') return undefined
    if (text === undefined || ctrl || meta || !/^[^\p{Cc}]$/su.test(text)) return { key: full }
    if (/[\ud800-\udbff]/.test(text) && text.length === 1) {
      firstHalf = text
      return undefined
    }
    const whole = /^[\udc00-\udfff]$/.test(text) ? firstHalf + text : text
    firstHalf = ''
    return { key: whole === ' ' ? 'space' : whole, text: whole }
  }
}
