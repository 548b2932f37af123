import { seededRandom } from '../../../src/inference/engine/seeded-random.ts'

/** Draws prompts for models of random weights: the same ones for the same seed. */
export interface RandomTokens {
  /** From 0 to `limit`, which it never is. */
  below: (limit: number) => number
  /** Tokens that are neither bytes nor control tokens, so that their texts tell them apart. */
  tokens: (count: number) => number[]
}

const firstOrdinary = 270

/** @param vocabulary number of the model's tokens */
export function createRandomTokens({ seed, vocabulary }: { seed: number; vocabulary: number }): RandomTokens {
  const random = seededRandom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const tokens = (count: number) =>
    Array.from({ length: count }, () => firstOrdinary + below(vocabulary - firstOrdinary))
  return { below, tokens }
}
