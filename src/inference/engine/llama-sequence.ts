import {
  LlamaGrammar,
  LlamaGrammarEvaluationState,
  TokenBias,
  type LlamaContextSequence,
  type LlamaModel,
  type SequenceEvaluateOptions,
  type Token,
} from 'node-llama-cpp'
import { drawToken } from './draw-token.ts'
import type { DrawnToken, Sequence, TokenSampling } from './language-model.ts'
import { seededRandom, toSeed } from './seeded-random.ts'

/** How many of the answer's last tokens the penalties look at. */
const penaltyWindow = 1024

/** Of how many of the likeliest tokens one is drawn where log-probabilities are reported. */
const drawnFrom = 256

/** One sequence of a llama.cpp context. */
export function createLlamaSequence(options: {
  model: LlamaModel
  sequence: LlamaContextSequence
}): Sequence {
  const { model, sequence } = options
  return {
    get length() {
      return sequence.nextTokenIndex
    },
    commonPrefix: (tokens) => sequence.compareContextTokens(asTokens(tokens)).firstDifferentIndex,
    async keepPrefix(tokens) {
      await sequence.adaptStateToTokens(asTokens(tokens), false)
      return sequence.nextTokenIndex
    },
    prefill: (tokens) => sequence.evaluateWithoutGeneratingNewTokens(asTokens(tokens)),
    generate(lastToken, sampling, drawn) {
      if (sampling.logprobs) return generateWithLogprobs(sequence, lastToken, sampling, drawn)
      const { grammar } = sampling
      const evaluation = sequence.evaluate(asTokens([lastToken]), {
        ...samplerOptions(model, sampling, drawn),
        ...(grammar instanceof LlamaGrammar && {
          grammarEvaluationState: new LlamaGrammarEvaluationState({ model, grammar }),
        }),
        yieldEogToken: sampling.ignoreEndToken ?? false,
      })
      return asDrawn(evaluation)
    },
    clear: () => sequence.clearHistory(),
    async save(file) {
      await sequence.saveStateToFile(file)
    },
    restore: (file) => sequence.loadStateFromFile(file, { acceptRisk: true }),
  }
}

function asDrawn(evaluation: AsyncGenerator<Token, void>): AsyncIterator<DrawnToken, void> {
  return {
    async next() {
      const { value, done } = await evaluation.next()
      return done ? { value: undefined, done } : { value: { token: value }, done: false }
    },
    async return() {
      await evaluation.return()
      return { value: undefined, done: true }
    },
  }
}

/** Log-probabilities come from before the sampler, so that the token is drawn here instead of there. */
async function* generateWithLogprobs(
  sequence: LlamaContextSequence,
  lastToken: number,
  sampling: TokenSampling,
  drawn: readonly number[],
): AsyncGenerator<DrawnToken, void> {
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
    const { logits: found, totalLogitWeight = 1 } = output?.next ?? {}
    const logits = [...(found ?? [])]
      .map(([key, logit]) => ({ token: key, logit }))
      .toSorted((a, b) => b.logit - a.logit)
    const likeliest = logits[0]?.logit ?? 0
    const logprob = (logit: number) => logit - likeliest - Math.log(totalLogitWeight)
    const [next] = asTokens([drawToken(logits, sampling, drawn, random())])
    if (!sampling.ignoreEndToken && sequence.model.isEogToken(next)) return
    if (next === undefined) return
    const chosen = logits.find((candidate) => candidate.token === next)?.logit ?? likeliest
    yield {
      token: next,
      logprobs: {
        logprob: logprob(chosen),
        top: logits.slice(0, top).map((candidate) => ({
          token: candidate.token,
          logprob: logprob(candidate.logit),
        })),
      },
    }
    token = next
  }
}

/**
 * Absent, the library would cut off after 40; 0 would sort the whole vocabulary for every token (43 % more time a
 * token at 32,000 of them). It leaves the step out for null, which its types do not know.
 */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const noTopK = null as unknown as number

/** llama.cpp's own defaults (top-k 40, min-p) would cut off what OpenAI's parameters leave in. */
function samplerOptions(
  model: LlamaModel,
  sampling: TokenSampling,
  drawn: readonly number[],
): SequenceEvaluateOptions {
  const { temperature, topP, topK = noTopK, minP = 0, logitBias = {} } = sampling
  const { presencePenalty = 0, frequencyPenalty = 0, repeatPenalty = 1, grammar } = sampling
  const penalises = presencePenalty !== 0 || frequencyPenalty !== 0 || repeatPenalty !== 1
  const biases = Object.entries(logitBias)
  return {
    temperature,
    ...(temperature > 0 && { topP, topK, minP, seed: toSeed(sampling.seed) }),
    ...(penalises && {
      repeatPenalty: {
        punishTokens: () => [...asTokens(drawn.slice(-penaltyWindow))],
        maxPunishTokens: penaltyWindow,
        penalty: repeatPenalty,
        presencePenalty,
        frequencyPenalty,
      },
    }),
    ...(biases.length > 0 && { tokenBias: tokenBias(model, biases, { canForbid: !grammar }) }),
  }
}

/**
 * Under a grammar nothing is forbidden, only made most unlikely: llama.cpp ends the process where neither leaves the
 * other a token.
 */
function tokenBias(
  model: LlamaModel,
  biases: [string, number][],
  { canForbid }: { canForbid: boolean },
): TokenBias {
  const result = TokenBias.for(model)
  for (const [token, bias] of biases) {
    result.set([...asTokens([Number(token)])], canForbid && bias <= -100 ? 'never' : { logit: bias })
  }
  return result
}

/** The library marks its token numbers by a type of their own; to the rest of the engine they are numbers. */
export function asTokens(tokens: readonly number[]): Token[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return tokens as Token[]
}
