import type { ControlledEvaluateIndexOutput } from 'node-llama-cpp'
import type { Logit } from './draw-token.ts'

/** What a model says of the token that comes next: its logits before any sampling parameter. */
export interface NextLogits {
  /** Likeliest first; of all tokens only those that were asked for. */
  logits: Logit[]
  /** Natural logarithm of the probability that a logit means. */
  logprob: (logit: number) => number
}

/** A model may leave no chance at all; JSON has no number for its logarithm. */
const leastLogprob = -9999

/** @param output of a greedy evaluation with `totalLogitWeight`, the likeliest token among its logits */
export function readNextLogits(output: ControlledEvaluateIndexOutput | undefined): NextLogits {
  const { logits: found, totalLogitWeight = 1 } = output?.next ?? {}
  const logits = [...(found ?? [])]
    .map(([token, logit]) => ({ token, logit }))
    .toSorted((a, b) => b.logit - a.logit)
  const likeliest = logits[0]?.logit ?? 0
  return {
    logits,
    logprob: (logit) => Math.max(leastLogprob, logit - likeliest - Math.log(totalLogitWeight)),
  }
}
