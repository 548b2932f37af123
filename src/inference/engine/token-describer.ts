import type { TokenLogprob } from '../../chat/event.ts'
import type { DrawnToken, LanguageModel } from './language-model.ts'
import { createTokenText } from './token-text.ts'

/** Tells of the tokens of one text, in their order, as clients see them. */
export type TokenDescriber = (token: number, logprobs: DrawnToken['logprobs']) => TokenLogprob

/** @param options.special whether special tokens are part of the text */
export function createTokenDescriber(
  model: Pick<LanguageModel, 'detokenize'>,
  { special }: { special: boolean },
): TokenDescriber {
  const text = createTokenText({
    detokenize: (tokens, previous) => model.detokenize(tokens, previous, { special }),
  })
  /** The token before, on which it may depend whether a token begins with a space. */
  let previous: number[] = []
  const show = (token: number) => model.detokenize([token], previous, { special: true })
  const likely = (token: number, logprob: number) => {
    const piece = show(token)
    return { token: piece, bytes: isWhole(piece) ? [...Buffer.from(piece)] : null, logprob }
  }
  return (token, logprobs) => {
    const own = likely(token, 0)
    const top = logprobs?.top.map((candidate) => likely(candidate.token, candidate.logprob)) ?? []
    const added = text.push(token)
    // Next to a token of no whole characters the engine cannot tell what one alone would be.
    previous = isWhole(own.token) ? [token] : []
    return {
      ...own,
      logprob: logprobs?.logprob ?? null,
      top,
      ...(added !== own.token && { characters: Array.from(added).length }),
    }
  }
}

function isWhole(piece: string): boolean {
  return !piece.includes('\uFFFD')
}
