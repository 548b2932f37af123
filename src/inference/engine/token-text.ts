import type { LanguageModel } from './language-model.ts'

/** A character of which bytes are missing shows as U+FFFD at the end. */
const unfinished = /\uFFFD+$/

/** Tokenizers look at most this far back to decide on a leading space. */
const previousTokens = 4

/** Turns tokens into text that never splits a character: its bytes may lie in several tokens. */
export interface TokenText {
  push(token: number): string
  /** What is left when the answer ended in the middle of a character. */
  end(): string
}

export function createTokenText(model: Pick<LanguageModel, 'detokenize'>): TokenText {
  let previous: number[] = []
  let pending: number[] = []
  /** Length of what was shown already of the pending tokens' text. */
  let shown = 0
  /** Tokens that came since the unfinished character began. */
  let waited = 0
  const take = (text: string) => {
    const rest = text.slice(shown)
    previous = [...previous, ...pending].slice(-previousTokens)
    pending = []
    shown = 0
    waited = 0
    return rest
  }
  return {
    push(token) {
      pending.push(token)
      const text = model.detokenize(pending, previous)
      const whole = text.replace(unfinished, '')
      waited = whole.length > shown ? 1 : waited + 1
      // Four bytes complete any character: after as many tokens the replacement character is the model's own.
      if (whole === text || waited === 4) return take(text)
      const fresh = whole.slice(shown)
      shown = whole.length
      return fresh
    },
    end() {
      return pending.length === 0 ? '' : take(model.detokenize(pending, previous))
    },
  }
}
