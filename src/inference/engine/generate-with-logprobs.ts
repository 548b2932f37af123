import type { LlamaContextSequence } from 'node-llama-cpp'
import { asTokens } from './as-tokens.ts'
import { drawToken } from './draw-token.ts'
import type { DrawnToken, TokenSampling } from './language-model.ts'
import { readNextLogits } from './next-logits.ts'
import { seededRandom, toSeed } from './seeded-random.ts'

/** Of how many of the likeliest tokens one is drawn where log-probabilities are reported. */
const drawnFrom = 256

/** Log-probabilities come from before the sampler, so that the token is drawn here instead of there. */
export async function* generateWithLogprobs(
  sequence: LlamaContextSequence,
  lastToken: number,
  sampling: TokenSampling,
  drawn: readonly number[],
): AsyncGenerator<DrawnToken, DrawnToken | undefined> {
  const random = seededRandom(toSeed(sampling.seed))
  const top = sampling.logprobs?.top ?? 0
  const { presencePenalty = 0, frequencyPenalty = 0, logitBias = {} } = sampling
  const favoursDrawn = presencePenalty < 0 || frequencyPenalty < 0
  const biased = Object.keys(logitBias).map(Number)
  /** Tokens that may become likely, however unlikely the model finds them. */
  const favoured = () => asTokens([...new Set([...biased, ...(favoursDrawn ? drawn : [])])])
  let [token] = asTokens([lastToken])
  while (token !== undefined) {
    const [output] = await sequence.controlledEvaluate([
      [
        token,
        {
          generateNext: {
            logits: { filter: { tokens: favoured(), includeTop: Math.max(drawnFrom, top) } },
            totalLogitWeight: true,
            options: { temperature: 0 },
          },
        },
      ],
    ])
    const { logits, logprob } = readNextLogits(output)
    const [next] = asTokens([drawToken(logits, sampling, drawn, random())])
    if (next === undefined) return undefined
    const chosen = logits.find((candidate) => candidate.token === next)?.logit ?? -Infinity
    const found: DrawnToken = {
      token: next,
      logprobs: {
        logprob: logprob(chosen),
        top: logits.slice(0, top).map((likely) => ({ token: likely.token, logprob: logprob(likely.logit) })),
      },
    }
    if (!sampling.ignoreEndToken && sequence.model.isEogToken(next)) return found
    yield found
    token = next
  }
  return undefined
}
