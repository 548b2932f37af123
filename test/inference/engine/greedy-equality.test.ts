import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EngineOptions } from '../../../src/inference/inference.ts'
import { createRandomVocabulary } from '../../fixtures/gguf/random-vocabulary.ts'
import { writeRandomModel } from '../../fixtures/gguf/write-random-model.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { answerAlone } from './answer-alone.ts'
import { createRandomTokens } from './random-tokens.ts'
import { gather, startRealEngine, type RealEngine } from './real-engine.ts'

/**
 * Whatever way the engine comes by what a sequence holds, the answer is that of one request alone on an empty
 * sequence. The model's attention is random and sharp, so that a token lost or out of place changes the answer.
 * With weights and key-value cache in F32 and without flash attention, batches differ in the last digits only
 * (2e-6), which never decided between two tokens in 200 answers of 32 tokens. rounding.test.ts has the defaults, with
 * which they differ by 2e-3, and real-size-equality.test.ts a model as large as real ones are.
 */
const exact: EngineOptions = { context: 1024, kvType: 'f32', flashAttention: false }
const vocabularySize = 2000

let folder: string
let path: string
/** One request after the other, each on an empty sequence. */
let plain: RealEngine
let engine: RealEngine

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'llmd-random-'))
  path = join(folder, 'random.gguf')
  writeRandomModel(path, { parameters: '0.001B', quantization: 'F32' })
  plain = await startRealEngine(path, { ...exact, slots: 1 })
  engine = await startRealEngine(path, { ...exact, slots: 8 })
})

afterAll(async () => {
  await plain[Symbol.asyncDispose]()
  await engine[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const { below, tokens } = createRandomTokens({ seed: 5, vocabulary: vocabularySize })

const asked = (maxTokens: number) => ({ maxTokens, ignoreEndToken: true })

/** The answer as it should be. */
async function reference(prompt: number[], maxTokens: number): Promise<string> {
  const { text, usage } = await answerAlone(plain, prompt, asked(maxTokens))
  expect(usage.completionTokens).toBe(maxTokens)
  return text
}

describe('the greedy answer is that of the request alone', () => {
  test('with eight at once', async () => {
    const prompts = Array.from({ length: 16 }, () => tokens(5 + below(100)))
    const expected: string[] = []
    for (const prompt of prompts) expected.push(await reference(prompt, 32))
    const answers = await Promise.all(prompts.map((prompt) => engine.complete(prompt, asked(32))))
    expect(answers.map(({ text }) => text)).toEqual(expected)
    expect(new Set(expected).size).toBe(prompts.length)
  })

  test('when the engine reports log-probabilities', async () => {
    const prompt = tokens(40)
    const { text, logprobs } = await engine.complete(prompt, { ...asked(24), logprobs: { top: 1 } })
    expect(text).toBe(await reference(prompt, 24))
    expect(logprobs.map(({ top }) => top[0]?.logprob)).toEqual(logprobs.map(({ logprob }) => logprob))
  })

  test('in the second turn of a conversation, of which only the new part is evaluated', async () => {
    const { opening, answer } = await firstTurn(24)
    const goesOn = [...opening, ...answer, ...tokens(10)]
    const second = await engine.complete(goesOn, asked(24))
    // The answer's last token was given out, but never evaluated.
    expect(second.usage.cachedTokens).toBe(opening.length + answer.length - 1)
    expect(second.text).toBe(await reference(goesOn, 24))
  })

  test('when the conversation takes another course', async () => {
    const opening = tokens(80)
    await engine.complete(opening, asked(24))
    const otherwise = [...opening.slice(0, 60), ...tokens(20)]
    const answer = await engine.complete(otherwise, asked(24))
    expect(answer.usage.cachedTokens).toBe(60)
    expect(answer.text).toBe(await reference(otherwise, 24))
  })

  test('when six begin alike: the common part is evaluated once and copied', async () => {
    const system = tokens(400)
    const prompts = Array.from({ length: 6 }, () => system.concat(tokens(5 + below(20))))
    const answers = await Promise.all(prompts.map((prompt) => engine.complete(prompt, asked(24))))
    const cached = answers.map(({ usage }) => usage.cachedTokens).toSorted((a, b) => a - b)
    expect(cached).toEqual([0, 400, 400, 400, 400, 400])
    for (const [index, prompt] of prompts.entries()) {
      expect(answers[index]?.text).toBe(await reference(prompt, 24))
    }
  })

  test('when it was copied from an answer in full flow, and of that answer too', async () => {
    const prompt = tokens(200)
    const long = engine.events(prompt, asked(300))
    const { value: beginning } = await long.next()
    const other = [...prompt, ...tokens(10)]
    const copied = await engine.complete(other, asked(24))
    expect(copied.usage.cachedTokens).toBe(200)
    expect(copied.text).toBe(await reference(other, 24))
    const rest = await gather(long)
    expect(beginning.text + rest.text).toBe(await reference(prompt, 300))
  })

  test('after the process was ended and another took over what it held', async () => {
    const stateFolder = temporaryFolder()
    const prompts = [tokens(100), tokens(150), tokens(90)]
    const before = await startRealEngine(path, { ...exact, slots: 3 }, stateFolder)
    for (const prompt of prompts) await before.complete(prompt, asked(24))
    await before.save()
    await before[Symbol.asyncDispose]()
    expect(readdirSync(stateFolder).toSorted()).toEqual(['0.kv', '1.kv', '2.kv'])
    expect(statSync(join(stateFolder, '0.kv')).mode & 0o777).toBe(0o600)

    await using after = await startRealEngine(path, { ...exact, slots: 3 }, stateFolder)
    expect(readdirSync(stateFolder)).toEqual([])
    const goOn = prompts.map((prompt) => prompt.concat(tokens(8)))
    const answers = await Promise.all(goOn.map((prompt) => after.complete(prompt, asked(24))))
    expect(answers.map(({ usage }) => usage.cachedTokens)).toEqual([100, 150, 90])
    for (const [index, prompt] of goOn.entries()) {
      expect(answers[index]?.text).toBe(await reference(prompt, 24))
    }
  })

  test('of each of the choices', async () => {
    const prompt = tokens(120)
    const { choices, usage } = await engine.complete(prompt, { ...asked(16), choices: 4 })
    const expected = await reference(prompt, 16)
    expect(choices.map(({ text }) => text)).toEqual([expected, expected, expected, expected])
    expect(usage).toMatchObject({ promptTokens: 120, completionTokens: 64, cachedTokens: 0 })
  })
})

test('a seed gives one text, whether alone, cached, beside others or as one of several choices', async () => {
  const prompt = tokens(60)
  const drawn = (seed: number, rest: object = {}) => ({
    ...asked(24),
    // Of a few candidates: among thousands, two that are as likely change places with the last digit.
    sampling: { temperature: 1, topP: 1, topK: 12, seed },
    ...rest,
  })
  const seeds = [7, 8, 9, -1, 2 ** 40]
  const alone: string[] = []
  for (const seed of seeds) {
    alone.push((await answerAlone(plain, prompt, drawn(seed))).text)
  }
  expect(new Set(alone).size).toBe(seeds.length)
  const together = await Promise.all(seeds.map((seed) => engine.complete(prompt, drawn(seed))))
  expect(together.map(({ text }) => text)).toEqual(alone)
  const { choices } = await engine.complete(prompt, drawn(7, { choices: 3 }))
  expect(choices.map(({ text }) => text)).toEqual(alone.slice(0, 3))

  const reported = drawn(7, { logprobs: { top: 0 } })
  const [first, again] = await Promise.all([
    engine.complete(prompt, reported),
    plain.complete(prompt, reported),
  ])
  expect(first.text).toBe(again.text)
  const unseeded = { ...asked(24), sampling: { temperature: 1, topP: 1 }, choices: 2 }
  const { choices: any } = await engine.complete(prompt, unseeded)
  expect(any[0]?.text).not.toBe(any[1]?.text)
})

test('whatever comes and goes, each answer is that of the request alone, or a part of it when it is cancelled', async () => {
  const beginnings = [tokens(90), tokens(200), tokens(300)]
  const plans = Array.from({ length: 48 }, () => {
    const shared = beginnings[below(beginnings.length + 2)] ?? []
    return {
      prompt: [...shared.slice(0, 1 + below(shared.length)), ...tokens(1 + below(30))],
      maxTokens: 1 + below(40),
      arrivesMs: below(800),
      cancelledMs: below(10) < 3 ? below(120) : undefined,
    }
  })
  const answers = await Promise.all(
    plans.map(async ({ prompt, maxTokens, arrivesMs, cancelledMs }) => {
      await delay(arrivesMs)
      if (cancelledMs === undefined) return (await engine.complete(prompt, asked(maxTokens))).text
      let text = ''
      const leave = performance.now() + cancelledMs
      for await (const event of engine.events(prompt, asked(maxTokens))) {
        if (event.type === 'text-delta') text += event.text
        if (performance.now() > leave) break
      }
      return text
    }),
  )
  for (const [index, { prompt, maxTokens, cancelledMs }] of plans.entries()) {
    const whole = await reference(prompt, maxTokens)
    const answer = answers[index] ?? ''
    if (cancelledMs === undefined) expect(answer).toBe(whole)
    else expect(whole.startsWith(answer)).toBe(true)
  }
  expect(engine.asks.active).toBe(0)
})

/** A prompt, and the tokens of its answer, which are found by their texts: none of them is a broken character. */
async function firstTurn(maxTokens: number): Promise<{ opening: number[]; answer: number[] }> {
  const { tokens: spellings } = createRandomVocabulary(vocabularySize)
  for (;;) {
    const opening = tokens(50)
    const { logprobs } = await engine.complete(opening, { ...asked(maxTokens), logprobs: { top: 0 } })
    const answer = logprobs.map(({ token }) => spellings.indexOf(token.replaceAll(' ', 'Ġ')))
    if (!answer.includes(-1)) return { opening, answer }
  }
}
