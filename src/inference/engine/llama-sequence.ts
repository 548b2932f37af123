import {
  LlamaGrammar,
  LlamaGrammarEvaluationState,
  TokenBias,
  type LlamaContextSequence,
  type LlamaModel,
  type SequenceEvaluateOptions,
  type Token,
} from 'node-llama-cpp'
import { asTokens } from './as-tokens.ts'
import { generateWithLogprobs } from './generate-with-logprobs.ts'
import type { DrawnToken, Sequence, TokenSampling } from './language-model.ts'
import { scoreTokens } from './score-tokens.ts'
import { toSeed } from './seeded-random.ts'

/** How many of the answer's last tokens the penalties look at. */
const penaltyWindow = 1024

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
    score: (tokens, following, { top }) => scoreTokens(sequence, { tokens, following, top }),
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

function asDrawn(evaluation: AsyncGenerator<Token, void>): AsyncIterator<DrawnToken, undefined> {
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
