import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TokenLogprob } from '../../../src/chat/event.ts'
import { writeRandomModel } from '../../fixtures/gguf/write-random-model.ts'
import { demoModelPath, never, startRealEngine, type RealEngine } from './real-engine.ts'

let folder: string
let engine: RealEngine
/** All in F32, where a batch computes what single tokens do. */
let exact: RealEngine

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'llmd-scores-'))
  const path = join(folder, 'random.gguf')
  writeRandomModel(path, { parameters: '0.001B', quantization: 'F32' })
  const options = { slots: 2, context: 1024 }
  ;[engine, exact] = await Promise.all([
    startRealEngine(demoModelPath, options),
    startRealEngine(path, { ...options, kvType: 'f32', flashAttention: false }),
  ])
})

afterAll(async () => {
  await engine[Symbol.asyncDispose]()
  await exact[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const question = '<|im_start|>user\nwhat is llmd?<|im_end|>\n<|im_start|>assistant\nllmd is'
const tokensOf = (text: string) => engine.asks.ask('tokenize', { text, special: true }, never)
const scored = { maxTokens: 0, echo: true, logprobs: { top: 5 } }
const logprobsOf = (found: TokenLogprob[]) => found.map(({ logprob }) => logprob)

/** What the model says of each token when it is asked for one at a time, with all of the likeliest shown. */
async function oneByOne(tokens: readonly number[]): Promise<(number | null)[]> {
  const found: (number | null)[] = [null]
  for (let length = 1; length < tokens.length; length++) {
    const token = tokens[length] ?? 0
    // Forced to be the next token, which does not change how likely the model finds it.
    const { logprobs } = await exact.complete(tokens.slice(0, length), {
      maxTokens: 1,
      ignoreEndToken: true,
      logprobs: { top: 0 },
      sampling: { temperature: 0, topP: 1, logitBias: { [token]: 100 } },
    })
    found.push(logprobs[0]?.logprob ?? null)
  }
  return found
}

const sum = (values: (number | null)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0)

describe('log-probabilities of an echoed prompt', () => {
  test('are those that the model gives its tokens one by one', async () => {
    const tokens = Array.from({ length: 150 }, (_, index) => 300 + ((index * 7919) % 1500))
    const { logprobs, usage } = await exact.complete(tokens, scored)
    expect(usage).toMatchObject({ promptTokens: 150, completionTokens: 0, cachedTokens: 0 })
    const truth = await oneByOne(tokens)
    expect(logprobs).toHaveLength(tokens.length)
    for (const [index, { logprob, top }] of logprobs.entries()) {
      expect(logprob === null).toBe(index === 0)
      expect(logprob ?? 0).toBeCloseTo(truth[index] ?? 0, 4)
      expect(top).toHaveLength(index === 0 ? 0 : 5)
      expect(top.map((one) => one.logprob)).toEqual(top.map((one) => one.logprob).toSorted((a, b) => b - a))
    }
    expect(sum(logprobsOf(logprobs))).toBeCloseTo(sum(truth), 2)
  })

  test.each([0, 1, 2])('are the same however many of the likeliest are shown: %i', async (top) => {
    const most = await engine.complete(question, scored)
    const { logprobs, text, reason } = await engine.complete(question, { ...scored, logprobs: { top } })
    expect({ text, reason }).toEqual({ text: question, reason: 'length' })
    expect(logprobs.map(({ token }) => token).join('')).toBe(question)
    for (const [index, one] of logprobs.entries()) {
      expect(one.logprob ?? 0).toBeCloseTo(most.logprobs[index]?.logprob ?? 0, 4)
      const likeliest = most.logprobs[index]?.top.slice(0, top) ?? []
      expect(one.top.map(({ token }) => token)).toEqual(likeliest.map(({ token }) => token))
    }
  })

  test('are the same for tokens, and of a prompt longer than is scored at once', async () => {
    const tokens = await tokensOf(question.repeat(15))
    expect(tokens.length).toBeGreaterThan(200)
    const ofTokens = await engine.complete(tokens, scored)
    const ofText = await engine.complete(question.repeat(15), scored)
    expect(ofTokens.logprobs).toEqual(ofText.logprobs)
    expect(ofTokens.text).toBe(question.repeat(15))
  })

  test('go on with those of the answer, which is what it would be without', async () => {
    const asked = { maxTokens: 8, logprobs: { top: 1 } }
    const plain = await engine.complete(question, asked)
    const { text, logprobs, choices } = await engine.complete(question, { ...asked, echo: true, choices: 2 })
    expect(text).toBe(question + plain.text)
    const tail = logprobs.slice(-plain.logprobs.length)
    expect(tail.map(({ token }) => token)).toEqual(plain.logprobs.map(({ token }) => token))
    for (const [index, { logprob }] of tail.entries()) {
      expect(logprob).toBeCloseTo(plain.logprobs[index]?.logprob ?? NaN, 2)
    }
    expect(choices[1]?.text).toBe(text)
    expect(choices[1]?.logprobs.slice(0, -tail.length)).toEqual(logprobs.slice(0, -tail.length))
  })

  test('leave a cache that is right, and come of none', async () => {
    const before = await engine.complete(question, { maxTokens: 12 })
    const { usage } = await engine.complete(question, scored)
    expect(usage.cachedTokens).toBe(0)
    const after = await engine.complete(question, { maxTokens: 12 })
    expect(after.text).toBe(before.text)
    expect(after.usage.cachedTokens).toBe((await tokensOf(question)).length - 1)
  })

  test('come beside answers to others, which do not change', async () => {
    const alone = await engine.complete('llmd is', { maxTokens: 60, ignoreEndToken: true })
    const [answer, { logprobs }] = await Promise.all([
      engine.complete('llmd is', { maxTokens: 60, ignoreEndToken: true }),
      engine.complete(question.repeat(15), scored),
    ])
    expect(answer.text).toBe(alone.text)
    expect(logprobs.length).toBeGreaterThan(200)
  })

  test('end when nobody waits for them any more', async () => {
    const leave = new AbortController()
    const request = {
      ...scored,
      prompt: question.repeat(30),
      sampling: { temperature: 0, topP: 1 },
      stop: [],
      choices: 1,
    }
    const events = engine.asks.stream('complete', request, leave.signal)
    const first = await events.next()
    expect(first.value).toMatchObject({ type: 'text-delta' })
    leave.abort(new Error('left'))
    await expect(async () => {
      for await (const event of events) expect(event.type).toBe('text-delta')
    }).rejects.toThrow('left')
    expect((await engine.complete('llmd is', { maxTokens: 3 })).usage.completionTokens).toBe(3)
  })

  test('of characters in several tokens count them once', async () => {
    const { logprobs } = await engine.complete('aé☕b', scored)
    let offset = 0
    const offsets = logprobs.map(({ token, characters }) => {
      const begin = offset
      offset += characters ?? Array.from(token).length
      return begin
    })
    expect(offset).toBe(4)
    expect(offsets.at(-1)).toBe(3)
  })

  test('of one token, of none, and beside a suffix', async () => {
    const [token = 0] = await tokensOf('a')
    expect(await engine.complete([token], scored)).toMatchObject({
      text: 'a',
      logprobs: [{ token: 'a', logprob: null, top: [] }],
    })
    expect(await engine.complete('', { ...scored, maxTokens: 1 })).toMatchObject({
      logprobs: [{ logprob: expect.any(Number) }],
    })
    await expect(engine.complete('a', { ...scored, suffix: 'b' })).rejects.toMatchObject({
      code: 'unsupported_by_model',
    })
  })
})
