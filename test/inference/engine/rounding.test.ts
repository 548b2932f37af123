import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TokenLogprob } from '../../../src/chat/event.ts'
import { writeRandomModel, type RandomModelOptions } from '../../fixtures/gguf/write-random-model.ts'
import { answerAlone } from './answer-alone.ts'
import { createRandomTokens } from './random-tokens.ts'
import { startRealEngine } from './real-engine.ts'

/**
 * With the defaults (a cache in F16, flash attention) a batched answer may differ from the same answer alone, but only
 * where two tokens are as good as equally likely. llama.cpp's flash attention on the CPU sums up in F32 for
 * pieces of a prompt of 64 tokens or more, and in F16 for shorter ones; how a prompt is cut depends on what else there
 * is to do. Weights in Q8_0 make more of it, since activations are then rounded to 8 bits. llama-server does the same: of
 * these models 2 of 107 and 20 of 56 of its answers differed.
 */
interface Case extends RandomModelOptions {
  vocabulary: number
  answers: number
  maxTokens: number
  /**
   * How far two log-probabilities may lie apart and still be one rounded twice, twice what 200 and 60 answers showed.
   * Of an engine that loses a token of a prompt they lie as much as 1 apart.
   */
  rounding: number
}

const small: Case = {
  parameters: '0.001B',
  quantization: 'F32',
  vocabulary: 2000,
  answers: 40,
  maxTokens: 32,
  rounding: 0.005,
}
const large: Case = {
  parameters: '0.1B',
  quantization: 'Q8_0',
  vocabulary: 32_000,
  answers: 6,
  maxTokens: 16,
  rounding: 0.2,
}

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmd-random-'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([small, large])(
  'batched answers part from those alone at near-ties only: $parameters, $quantization',
  { timeout: 120_000 },
  async ({ vocabulary, answers, maxTokens, rounding, ...model }) => {
    const path = join(folder, `${model.parameters}.gguf`)
    writeRandomModel(path, model)
    await using plain = await startRealEngine(path, { context: 512, slots: 1 })
    await using engine = await startRealEngine(path, { context: 512, slots: 8 })
    const { below, tokens } = createRandomTokens({ seed: 9, vocabulary })
    const prompts = Array.from({ length: answers }, () => tokens(20 + below(100)))
    const asked = { maxTokens, ignoreEndToken: true, logprobs: { top: 20 } }

    const batched = Promise.all(prompts.map((prompt) => engine.complete(prompt, asked)))
    const alone: TokenLogprob[][] = []
    for (const prompt of prompts) alone.push((await answerAlone(plain, prompt, asked)).logprobs)
    for (const [index, { logprobs }] of (await batched).entries()) {
      const { deviation, margin } = compare(alone[index] ?? [], logprobs)
      expect(deviation).toBeLessThan(rounding)
      expect(margin).toBeLessThan(rounding)
    }
  },
)

/**
 * Two answers to one prompt, up to where they part.
 * @returns the largest difference between log-probabilities of the same token at the same place, and by how much the
 * first answer preferred its token where they part: 0 if they do not, Infinity if the other was not among its likeliest
 */
function compare(one: readonly TokenLogprob[], other: readonly TokenLogprob[]) {
  let deviation = 0
  for (const [index, step] of one.entries()) {
    const next = other[index]
    for (const { token, logprob } of step.top) {
      // A broken character may be any of several tokens.
      const same = token.includes('\uFFFD') ? undefined : next?.top.find((found) => found.token === token)
      if (same) deviation = Math.max(deviation, Math.abs(same.logprob - logprob))
    }
    if (next?.token === step.token) continue
    const likeliest = step.top[0]?.logprob ?? NaN
    const candidate = step.top.find(({ token }) => token === next?.token)
    return { deviation, margin: likeliest - (candidate?.logprob ?? -Infinity) }
  }
  return { deviation, margin: 0 }
}
