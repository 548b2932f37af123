import type { ChoiceEvent } from '../../chat/event.ts'
import type { EchoedPrompt } from './completion-prompt.ts'
import type { DrawnToken, LanguageModel } from './language-model.ts'
import { createTokenDescriber } from './token-describer.ts'
import { createTokenText } from './token-text.ts'

export type EchoEvent = Omit<Extract<ChoiceEvent, { type: 'text-delta' }>, 'choice'>

/** A prompt shown as the beginning of its answers, each token with its log-probability, as far as it was read. */
export interface ScoredEcho {
  /** @param scored the prompt's next tokens; the first of all has none, and is not among them */
  read(scored: readonly DrawnToken[]): EchoEvent
  /** Whether all of it was read. */
  readonly whole: boolean
}

export function createScoredEcho(
  { tokens, text, added }: EchoedPrompt,
  model: Pick<LanguageModel, 'detokenize'>,
): ScoredEcho {
  const special = { special: true }
  const describe = createTokenDescriber(model, special)
  const pieces = createTokenText({
    detokenize: (some, previous) => model.detokenize(some, previous, special),
  })
  let read = 0
  let shown = 0
  return {
    get whole() {
      return read === tokens.length
    },
    read(scored) {
      const first = read === 0 ? tokens.slice(0, 1).map((token): DrawnToken => ({ token })) : []
      const own = [...first, ...scored].slice(Math.max(0, added - read))
      // Nothing that the client wrote comes before its first token.
      const unconditional = read <= added ? own[0] : undefined
      read += first.length + scored.length
      const length = own.reduce((sum, { token }) => sum + pieces.push(token).length, 0)
      // What tokens tell of a text may differ from it; what is shown is what the client wrote.
      const piece = text.slice(shown, read === tokens.length ? undefined : shown + length)
      shown += length
      const logprobs = own.map((drawn) =>
        describe(drawn.token, drawn === unconditional ? undefined : drawn.logprobs),
      )
      return { type: 'text-delta', text: piece, ...(logprobs.length > 0 && { logprobs }) }
    },
  }
}
