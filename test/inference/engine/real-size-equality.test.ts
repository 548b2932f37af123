import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { EngineOptions } from '../../../src/inference/inference.ts'
import { createRandomVocabulary } from '../../fixtures/gguf/random-vocabulary.ts'
import { writeRandomModel } from '../../fixtures/gguf/write-random-model.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { answerAlone } from './answer-alone.ts'
import { createRandomTokens } from './random-tokens.ts'
import { gather, startRealEngine, type RealEngine } from './real-engine.ts'

/**
 * What greedy-equality.test.ts shows of a small model, on one as large as real ones are: 12 blocks, with several
 * query heads to a key. Its weights are F32: with Q8_0 llama.cpp rounds activations to 8 bits, which can make of a
 * different last digit a different second one. In F32 log-probabilities differed by 4e-6 at most.
 */
const exact: EngineOptions = { context: 512, kvType: 'f32', flashAttention: false }
const vocabulary = 32_000
const maxTokens = 12
const asked = { maxTokens, ignoreEndToken: true }
const told = { ...asked, logprobs: { top: 0 } }

// It computes more than other tests do.
vi.setConfig({ testTimeout: 120_000 })

let folder: string
let path: string
let plain: RealEngine
let engine: RealEngine

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'llmd-random-'))
  path = join(folder, 'random.gguf')
  writeRandomModel(path, { parameters: '0.1B', quantization: 'F32' })
  plain = await startRealEngine(path, { ...exact, slots: 1 })
  engine = await startRealEngine(path, { ...exact, slots: 8 })
})

afterAll(async () => {
  await plain[Symbol.asyncDispose]()
  await engine[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const { below, tokens } = createRandomTokens({ seed: 11, vocabulary })

async function textsAlone(prompts: readonly number[][]): Promise<string[]> {
  const texts: string[] = []
  for (const prompt of prompts) texts.push((await answerAlone(plain, prompt, asked)).text)
  return texts
}

test('what it answers depends on a token long before, and is no repetition', async () => {
  const prompts = Array.from({ length: 2 }, () => tokens(100))
  const others = prompts.map((prompt) => prompt.with(2, tokens(1)[0] ?? 0))
  const answers = await Promise.all([...prompts, ...others].map((prompt) => engine.complete(prompt, told)))
  const texts = answers.map(({ text }) => text)
  for (const index of prompts.keys()) expect(texts[index]).not.toBe(texts[index + prompts.length])
  for (const { logprobs } of answers) {
    expect(new Set(logprobs.map(({ token }) => token)).size).toBeGreaterThan(8)
  }
})

test('eight that arrive one after the other are answered as each alone', async () => {
  const prompts = Array.from({ length: 8 }, () => tokens(5 + below(120)))
  const arriving = async () => {
    const texts: Promise<string>[] = []
    for (const prompt of prompts) {
      const events = engine.events(prompt, asked)
      // The next one comes once this answer has begun.
      const { value: beginning } = await events.next()
      texts.push(gather(events).then(({ text }) => beginning.text + text))
    }
    return Promise.all(texts)
  }
  const [texts, expected] = await Promise.all([arriving(), textsAlone(prompts)])
  expect(texts).toEqual(expected)
  expect(new Set(expected).size).toBe(prompts.length)
})

test('second turns, of which only the new part is evaluated, are answered as the whole alone', async () => {
  const { tokens: spellings } = createRandomVocabulary(vocabulary)
  const openings = Array.from({ length: 4 }, () => tokens(40))
  const first = await Promise.all(openings.map((opening) => engine.complete(opening, told)))
  const conversations = openings.map((opening, index) => {
    const answer = first[index]?.logprobs.map(({ token }) => spellings.indexOf(token.replaceAll(' ', 'Ġ')))
    return opening.concat(answer ?? [], tokens(10))
  })
  // A broken character is no token's spelling.
  const goOn = conversations.filter((conversation) => !conversation.includes(-1))
  expect(goOn.length).toBeGreaterThan(1)
  const [answers, expected] = await Promise.all([
    Promise.all(goOn.map((prompt) => engine.complete(prompt, asked))),
    textsAlone(goOn),
  ])
  // The answer's last token was given out, but never evaluated.
  const cachedTokens = 40 + maxTokens - 1
  for (const { usage } of answers) expect(usage).toMatchObject({ cachedTokens })
  expect(answers.map(({ text }) => text)).toEqual(expected)
})

test('four that begin alike, of which three copy the beginning, are answered as each alone', async () => {
  const system = tokens(200)
  const prompts = Array.from({ length: 4 }, () => system.concat(tokens(5 + below(20))))
  const [answers, expected] = await Promise.all([
    Promise.all(prompts.map((prompt) => engine.complete(prompt, asked))),
    textsAlone(prompts),
  ])
  const cached = answers.map(({ usage }) => usage.cachedTokens).toSorted((a, b) => a - b)
  expect(cached).toEqual([0, 200, 200, 200])
  expect(answers.map(({ text }) => text)).toEqual(expected)
})

test('what was kept over an unload is gone on with as if all of it were read alone', async () => {
  const stateFolder = temporaryFolder()
  const prompts = [tokens(70), tokens(110)]
  const before = await startRealEngine(path, { ...exact, slots: 2 }, stateFolder)
  await Promise.all(prompts.map((prompt) => before.complete(prompt, { maxTokens: 4 })))
  await before.save()
  await before[Symbol.asyncDispose]()

  await using after = await startRealEngine(path, { ...exact, slots: 2 }, stateFolder)
  const goOn = prompts.map((prompt) => prompt.concat(tokens(8)))
  const [answers, expected] = await Promise.all([
    Promise.all(goOn.map((prompt) => after.complete(prompt, asked))),
    textsAlone(goOn),
  ])
  expect(answers.map(({ usage }) => usage.cachedTokens)).toEqual([70, 110])
  expect(answers.map(({ text }) => text)).toEqual(expected)
})
