import type { TokenLogprob } from '../../chat/event.ts'

/** Log-probabilities as completions have them, for one choice piece by piece. */
export interface LegacyLogprobs {
  encode(logprobs: TokenLogprob[]): {
    tokens: string[]
    token_logprobs: number[]
    /** The likeliest tokens and the chosen one. */
    top_logprobs: Record<string, number>[]
    /** Where each token begins, in characters from the start of the choice's first. */
    text_offset: number[]
  }
}

export function createLegacyLogprobs(): LegacyLogprobs {
  let offset = 0

  const place = ({ token }: TokenLogprob) => {
    const begin = offset
    offset += Array.from(token).length
    return begin
  }

  return {
    encode: (logprobs) => ({
      tokens: logprobs.map(({ token }) => token),
      token_logprobs: logprobs.map(({ logprob }) => logprob),
      top_logprobs: logprobs.map(({ top, ...chosen }) =>
        Object.fromEntries([...top, chosen].map(({ token, logprob }) => [token, logprob])),
      ),
      text_offset: logprobs.map(place),
    }),
  }
}
