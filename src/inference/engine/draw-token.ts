import type { SamplingParameters } from '../../chat/request.ts'

export interface Logit {
  token: number
  logit: number
}

/**
 * Draws a token from the likeliest ones as the parameters say: llama.cpp's own samplers cannot tell the
 * probabilities from before them.
 * @param logits likeliest first; those beyond count as impossible
 * @param drawn tokens of the answer so far, for penalties
 * @param random 0 (inclusive) to 1
 */
export function drawToken(
  logits: readonly Logit[],
  parameters: SamplingParameters,
  drawn: readonly number[],
  random: number,
): number {
  const { temperature, topP, topK = Infinity, minP = 0 } = parameters
  const adjusted = adjust(logits, parameters, drawn)
  const likeliest = adjusted[0]
  if (!likeliest) throw new Error('There is no token to draw from.')
  if (temperature === 0) return likeliest.token

  let candidates = adjusted.slice(0, Math.max(1, Math.min(topK, adjusted.length)))
  const weightAt = (scale: number) => (logit: number) => Math.exp((logit - likeliest.logit) / scale)
  candidates = nucleus(candidates, topP, weightAt(1))
  candidates = candidates.filter(({ logit }) => weightAt(1)(logit) >= minP)

  const weights = candidates.map(({ logit }) => weightAt(temperature)(logit))
  let rest = random * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [index, weight] of weights.entries()) {
    rest -= weight
    if (rest < 0) return candidates[index]?.token ?? likeliest.token
  }
  return candidates.at(-1)?.token ?? likeliest.token
}

function adjust(
  logits: readonly Logit[],
  { presencePenalty = 0, frequencyPenalty = 0, repeatPenalty = 1, logitBias = {} }: SamplingParameters,
  drawn: readonly number[],
): Logit[] {
  const counts = new Map<number, number>()
  for (const token of drawn) counts.set(token, (counts.get(token) ?? 0) + 1)
  return logits
    .map(({ token, logit }) => {
      const count = counts.get(token) ?? 0
      const repeated = count === 0 || repeatPenalty === 1 ? logit : weaken(logit, repeatPenalty)
      const penalty = count * frequencyPenalty + (count > 0 ? presencePenalty : 0)
      return { token, logit: repeated - penalty + (logitBias[token] ?? 0) }
    })
    .toSorted((a, b) => b.logit - a.logit)
}

/** Away from zero on the negative side: less likely either way. */
function weaken(logit: number, penalty: number): number {
  return logit > 0 ? logit / penalty : logit * penalty
}

function nucleus(candidates: Logit[], topP: number, weight: (logit: number) => number): Logit[] {
  if (topP >= 1) return candidates
  const total = candidates.reduce((sum, { logit }) => sum + weight(logit), 0)
  let covered = 0
  const last = candidates.findIndex(({ logit }) => {
    covered += weight(logit) / total
    return covered >= topP
  })
  return candidates.slice(0, last === -1 ? candidates.length : last + 1)
}
