import type { ControlledEvaluateInputItem, LlamaContextSequence } from 'node-llama-cpp'
import { asTokens } from './as-tokens.ts'
import type { DrawnToken } from './language-model.ts'
import { readNextLogits } from './next-logits.ts'

/**
 * Evaluates tokens of a prompt and tells how likely the token after each was.
 * @param following the prompt's token after these
 * @returns all but the first of the tokens, and the following one
 */
export async function scoreTokens(
  sequence: LlamaContextSequence,
  options: { tokens: readonly number[]; following: number; top: number },
): Promise<DrawnToken[]> {
  const { tokens, following, top } = options
  const followers = [...tokens.slice(1), following]
  const input = asTokens(tokens).map((token, index): ControlledEvaluateInputItem => {
    const wanted = asTokens(followers.slice(index, index + 1))
    // The selected one is the likeliest; more of them take a sort of the whole vocabulary.
    const filter = { tokens: wanted, includeSelected: true, ...(top > 1 && { includeTop: top }) }
    return [
      token,
      { generateNext: { logits: { filter }, totalLogitWeight: true, options: { temperature: 0 } } },
    ]
  })
  const outputs = await sequence.controlledEvaluate(input)
  return followers.map((token, index) => {
    const { logits, logprob } = readNextLogits(outputs[index])
    const own = logits.find((candidate) => candidate.token === token)?.logit ?? -Infinity
    return {
      token,
      logprobs: {
        logprob: logprob(own),
        top: logits.slice(0, top).map((likely) => ({ token: likely.token, logprob: logprob(likely.logit) })),
      },
    }
  })
}
