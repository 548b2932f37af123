import { fork } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SamplingParameters } from '../../../src/chat/request.ts'
import type { FullLogitsRequest, FullLogitsStep } from '../../fixtures/full-logits-child.ts'
import { demoModelPath, never, startRealEngine, type RealEngine } from './real-engine.ts'

let engine: RealEngine

beforeAll(async () => {
  engine = await startRealEngine(demoModelPath, { slots: 4, context: 1024 })
})

afterAll(() => engine[Symbol.asyncDispose]())

const sampling = (rest: Partial<SamplingParameters>): SamplingParameters => ({
  temperature: 0,
  topP: 1,
  ...rest,
})
const tokensOf = (text: string) => engine.asks.ask('tokenize', { text, special: false }, never)
const textOf = (...tokens: number[]) => engine.asks.ask('detokenize', { tokens }, never)
const refused = (param: string) => ({ code: 'invalid_request', param })

/** How many different tokens an answer of 60 has. */
async function differentTokens(penalties: Partial<SamplingParameters>): Promise<number> {
  const asked = { maxTokens: 60, ignoreEndToken: true, sampling: sampling(penalties) }
  const { text } = await engine.complete('llmd is', asked)
  return new Set(await tokensOf(text)).size
}

const question = '<|im_start|>user\nwhat is llmd?<|im_end|>\n<|im_start|>assistant\n'

describe('log-probabilities', () => {
  test("are those of the model's whole vocabulary", async () => {
    const steps = 12
    const truth = await fullLogits({ path: demoModelPath, prompt: question, steps })
    const { logprobs } = await engine.complete(question, { maxTokens: steps, logprobs: { top: 20 } })
    expect(logprobs).toHaveLength(steps)
    for (const [index, { token, logprob, top }] of logprobs.entries()) {
      const step = truth[index] ?? []
      expect(token).toBe(step[0]?.token)
      expect(top).toHaveLength(20)
      const sum = top.reduce((total, one) => total + Math.exp(one.logprob), 0)
      expect(sum).toBeGreaterThan(0.95)
      expect(sum).toBeLessThan(1.0001)
      expect(logprob).toBe(top[0]?.logprob)
      for (const [rank, candidate] of top.entries()) {
        expect(candidate.logprob).toBeCloseTo(step[rank]?.logprob ?? NaN, 2)
        expect(Math.exp(candidate.logprob)).toBeCloseTo(Math.exp(step[rank]?.logprob ?? NaN), 3)
      }
    }
  })

  test('are the same whatever the sampling, join to the text, and tell its bytes', async () => {
    const plain = await engine.complete(question, { maxTokens: 1, logprobs: { top: 20 } })
    const first = plain.logprobs[0]?.top ?? []
    const drawn = await engine.complete(question, {
      maxTokens: 30,
      logprobs: { top: 20 },
      sampling: sampling({ temperature: 1.5, seed: 3, topK: 10, presencePenalty: 1 }),
    })
    expect(drawn.logprobs[0]?.top).toEqual(first)
    expect(drawn.logprobs.map(({ token }) => token).join('')).toBe(drawn.text)
    for (const { token, bytes } of drawn.logprobs) expect(bytes).toEqual([...Buffer.from(token)])
  })

  test('tell how unlikely a forced token was', async () => {
    const [token = 0] = await tokensOf(' query')
    const { text, logprobs } = await engine.complete('llmd is', {
      maxTokens: 1,
      logprobs: { top: 2 },
      sampling: sampling({ logitBias: { [token]: 100 } }),
    })
    expect(text).toBe(' query')
    expect(logprobs[0]?.logprob).toBeLessThan(-6)
    expect(logprobs[0]?.top.map((one) => one.token)).not.toContain(' query')
  })
})

describe('sampling parameters', () => {
  test.each<Partial<SamplingParameters>>([
    { topK: 1 },
    { topP: 0 },
    { topP: 0.01 },
    { minP: 1 },
    { temperature: 0.01 },
  ])('%j leaves the likeliest token alone', async (parameters) => {
    const greedy = await engine.complete(question, { maxTokens: 30 })
    const asked = { maxTokens: 30, sampling: sampling({ temperature: 2, seed: 1, ...parameters }) }
    expect((await engine.complete(question, asked)).text).toBe(greedy.text)
    expect((await engine.complete(question, { ...asked, logprobs: { top: 0 } })).text).toBe(greedy.text)
  })

  test('at a high temperature without them anything may come', async () => {
    const texts = new Set<string>()
    for (let seed = 0; seed < 8; seed++) {
      const asked = { maxTokens: 6, sampling: sampling({ temperature: 2, seed }) }
      texts.add((await engine.complete(question, asked)).text)
    }
    expect(texts.size).toBeGreaterThan(4)
  })

  test.each<Partial<SamplingParameters>>([
    { presencePenalty: 2 },
    { frequencyPenalty: 2 },
    { repeatPenalty: 1.8 },
    { presencePenalty: 0.5, frequencyPenalty: 0.7, repeatPenalty: 1.2 },
    { frequencyPenalty: -2 },
  ])('%j does the same with and without log-probabilities', async (penalties) => {
    const asked = { maxTokens: 40, ignoreEndToken: true, sampling: sampling(penalties) }
    const native = await engine.complete('llmd is', asked)
    const ours = await engine.complete('llmd is', { ...asked, logprobs: { top: 0 } })
    expect(ours.text).toBe(native.text)
    const plain = await engine.complete('llmd is', { maxTokens: 40, ignoreEndToken: true })
    expect(native.text).not.toBe(plain.text)
  })

  test('a strong penalty keeps tokens from coming again and again', async () => {
    const plain = await differentTokens({})
    expect(await differentTokens({ presencePenalty: 2, frequencyPenalty: 2 })).toBeGreaterThan(plain + 5)
    expect(await differentTokens({ repeatPenalty: 3 })).toBeGreaterThan(plain + 5)
  })

  test.each([false, true])(
    'a bias of -100 bans a token, one of 100 forces it (log-probabilities: %s)',
    async (logprobs) => {
      const options = { maxTokens: 8, ignoreEndToken: true, ...(logprobs && { logprobs: { top: 1 } }) }
      const { text } = await engine.complete(question, options)
      const [first = 0] = await tokensOf(text)
      const banned = await engine.complete(question, {
        ...options,
        sampling: sampling({ logitBias: { [first]: -100 } }),
      })
      expect(await tokensOf(banned.text)).not.toContain(first)
      for (const token of [300, 800, 1500]) {
        const forced = await engine.complete(question, {
          ...options,
          sampling: sampling({ logitBias: { [token]: 100 } }),
        })
        expect(forced.text).toBe((await textOf(token)).repeat(8))
      }
    },
  )

  test('tokens that the model does not have are refused, and hurt nobody', async () => {
    const bias = { sampling: sampling({ logitBias: { '2048': 1 } }) }
    await expect(engine.complete('llmd', bias)).rejects.toMatchObject(refused('logit_bias'))
    for (const token of [-1, 2048, 2 ** 40, 0.5]) {
      await expect(engine.complete([300, token])).rejects.toMatchObject(refused('prompt'))
      await expect(engine.complete([token], { echo: true })).rejects.toMatchObject(refused('prompt'))
      await expect(textOf(300, token)).rejects.toMatchObject(refused('tokens'))
    }
    expect((await engine.complete('llmd', { maxTokens: 3 })).usage.completionTokens).toBe(3)
  })
})

describe('where an answer ends', () => {
  test.each(['language', 'e models', 'machine and serves', 'LLM daemon: it', '.'])(
    'before the stop string %j, of which nothing shows',
    async (stop) => {
      const { text: whole } = await engine.complete(question)
      const { text, reason } = await engine.complete(question, { stop: [stop] })
      expect(text).toBe(whole.slice(0, whole.indexOf(stop)))
      expect(reason).toBe('stop')
      const others = await engine.complete(question, { stop: ['never said', stop], logprobs: { top: 0 } })
      expect(others.text).toBe(text)
    },
  )

  test('what may be the beginning of a stop string comes when it was none', async () => {
    const { text: whole } = await engine.complete(question)
    const { text } = await engine.complete(question, { stop: ['language modeling', 'API. And'] })
    expect(text).toBe(whole)
  })

  test('at the most tokens asked for; with none asked for, at once', async () => {
    for (const maxTokens of [1, 2, 7]) {
      const { reason, usage } = await engine.complete(question, { maxTokens })
      expect({ reason, tokens: usage.completionTokens }).toEqual({ reason: 'length', tokens: maxTokens })
    }
    const echoed = await engine.complete('llmd is', { maxTokens: 0, echo: true, choices: 2 })
    expect(echoed.choices.map(({ text }) => text)).toEqual(['llmd is', 'llmd is'])
    expect(echoed.usage).toMatchObject({ completionTokens: 0 })
  })

  test("at the model's end token, which can be ignored", async () => {
    const { usage, reason } = await engine.complete(question)
    expect(reason).toBe('stop')
    const most = usage.completionTokens + 10
    for (const logprobs of [{}, { logprobs: { top: 0 } }]) {
      const on = await engine.complete(question, { maxTokens: most, ignoreEndToken: true, ...logprobs })
      expect(on).toMatchObject({ reason: 'length', usage: { completionTokens: most } })
    }
  })

  test('where the context is full', async () => {
    const { reason, usage } = await engine.complete(question, { ignoreEndToken: true })
    expect({ reason, tokens: usage.promptTokens + usage.completionTokens }).toEqual({
      reason: 'length',
      tokens: 1024,
    })
    const long = Array.from({ length: 1024 }, () => 300)
    await expect(engine.complete(long)).rejects.toMatchObject({ code: 'context_length_exceeded' })
  })
})

describe('a completion', () => {
  test('begins with its prompt where that is asked for, and is then the same', async () => {
    const { text } = await engine.complete('llmd is', { maxTokens: 12 })
    const prompt = await tokensOf('llmd is')
    for (const given of ['llmd is', prompt]) {
      const echoed = await engine.complete(given, { maxTokens: 12, echo: true, choices: 2 })
      expect(echoed.choices.map((choice) => choice.text)).toEqual([`llmd is${text}`, `llmd is${text}`])
    }
  })

  test('of an empty prompt goes on from the beginning of all texts', async () => {
    expect((await engine.complete('', { maxTokens: 4 })).usage).toMatchObject({
      promptTokens: 1,
      completionTokens: 4,
    })
  })

  test('into a gap is refused where the model was not taught to', async () => {
    await expect(engine.complete('a', { suffix: 'b' })).rejects.toMatchObject({
      code: 'unsupported_by_model',
      param: 'suffix',
    })
  })
})

async function fullLogits(request: FullLogitsRequest): Promise<FullLogitsStep[]> {
  const child = fork(new URL('../../fixtures/full-logits-child.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  try {
    const replied: Promise<FullLogitsStep[][]> = once(child, 'message')
    const exited = once(child, 'exit').then(() => Promise.reject(new Error('the child ended early')))
    child.send(request)
    const [steps = []] = await Promise.race([replied, exited])
    return steps
  } finally {
    child.kill('SIGKILL')
  }
}
