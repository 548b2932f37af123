import type { TokenLogprob } from '../../chat/event.ts'

/** Log-probabilities as completions have them, for one choice piece by piece. */
export interface LegacyLogprobs {
  encode(logprobs: TokenLogprob[]): {
    tokens: string[]
    token_logprobs: (number | null)[]
    /** The likeliest tokens and the chosen one; of texts that several tokens have, the likeliest. */
    top_logprobs: (Record<string, number> | null)[]
    /** Where each token begins, in characters from the start of the choice's first. */
    text_offset: number[]
  }
}

export function createLegacyLogprobs(): LegacyLogprobs {
  let offset = 0

  const place = ({ token, characters }: TokenLogprob) => {
    const begin = offset
    offset += characters ?? Array.from(token).length
    return begin
  }

  return {
    encode: (logprobs) => ({
      tokens: logprobs.map(({ token }) => token),
      token_logprobs: logprobs.map(({ logprob }) => logprob),
      top_logprobs: logprobs.map(encodeTop),
      text_offset: logprobs.map(place),
    }),
  }
}

function encodeTop({ token, logprob, top }: TokenLogprob): Record<string, number> | null {
  if (logprob === null) return null
  const likeliestLast = [...top, { token, logprob }].toReversed()
  return Object.fromEntries(likeliestLast.map((likely) => [likely.token, likely.logprob]))
}
