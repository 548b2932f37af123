import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeAdapter } from '../../fixtures/gguf/write-adapter.ts'
import { writeBertModel } from '../../fixtures/gguf/write-bert-model.ts'
import { scriptText } from '../../fixtures/gguf/scripts.ts'
import { writeScriptedModel } from '../../fixtures/gguf/write-scripted-model.ts'
import { never, startRealEngine, type RealEngine } from './real-engine.ts'

let folder: string
const file = (name: string) => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmd-vectors-'))
  writeScriptedModel(file('scripted.gguf'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const dot = (a: number[] = [], b: number[] = []) =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)

describe('a model that makes embeddings', () => {
  let engine: RealEngine
  const embed = (inputs: (string | number[])[], dimensions?: number) =>
    engine.asks.ask('embed', { inputs, ...(dimensions !== undefined && { dimensions }) }, never)

  beforeAll(async () => {
    writeBertModel(file('embed.gguf'), { purpose: 'embed' })
    engine = await startRealEngine(file('embed.gguf'))
  })
  afterAll(() => engine[Symbol.asyncDispose]())

  test('gives a vector of length 1 for each text, the nearer the more they have in common', async () => {
    const { vectors, promptTokens } = await embed(['a cat eats', 'the cat eats', 'paris is sunny'])
    expect(vectors.map((vector) => vector.length)).toEqual([64, 64, 64])
    for (const vector of vectors) expect(dot(vector, vector)).toBeCloseTo(1, 6)
    expect(dot(vectors[0], vectors[1])).toBeGreaterThan(dot(vectors[0], vectors[2]) + 0.2)
    // Each has its three words, and a token at its beginning and its end.
    expect(promptTokens).toBe(15)
  })

  test('gives the same for a text alone, in a batch and as tokens', async () => {
    const texts = ['a cat eats', 'the capital of france', 'rain']
    const together = await embed(texts)
    for (const [index, text] of texts.entries()) {
      const alone = await embed([text])
      const tokens = await engine.asks.ask('tokenize', { text, special: false }, never)
      const ofTokens = await embed([tokens])
      expect(dot(alone.vectors[0], together.vectors[index])).toBeCloseTo(1, 5)
      expect(dot(ofTokens.vectors[0], together.vectors[index])).toBeCloseTo(1, 5)
      expect(ofTokens.promptTokens).toBe(alone.promptTokens)
    }
  })

  test('cuts vectors to the dimensions asked for, and normalises what is left', async () => {
    const { vectors: whole } = await embed(['a cat eats'])
    const { vectors: cut } = await embed(['a cat eats'], 16)
    expect(cut[0]).toHaveLength(16)
    expect(dot(cut[0], cut[0])).toBeCloseTo(1, 6)
    const scale = Math.hypot(...(whole[0] ?? []).slice(0, 16))
    expect(cut[0]?.[3]).toBeCloseTo((whole[0]?.[3] ?? 0) / scale, 5)
    await expect(embed(['a cat'], 65)).rejects.toMatchObject({ code: 'invalid_request', param: 'dimensions' })
  })

  test('refuses what is longer than its context, and says which input it was', async () => {
    const long = Array.from({ length: 600 }, () => 'cat').join(' ')
    await expect(embed(['a cat', long])).rejects.toMatchObject({
      code: 'context_length_exceeded',
      param: 'input[1]',
      message: expect.stringMatching(/512.*60\d/),
    })
  })

  test('refuses what has no tokens, and tokens that it does not have', async () => {
    for (const input of [' ', [], [101], [-1]]) {
      await expect(embed(['a cat', input])).rejects.toMatchObject({
        code: 'invalid_request',
        param: 'input[1]',
      })
    }
  })

  test('writes nothing and ranks nothing', async () => {
    await expect(engine.complete('a cat')).rejects.toMatchObject({ code: 'unsupported_by_model' })
    await expect(engine.chat('a cat')).rejects.toMatchObject({ code: 'unsupported_by_model' })
    await expect(engine.asks.ask('rerank', { query: 'a', documents: ['b'] }, never)).rejects.toMatchObject({
      code: 'unsupported_by_model',
    })
  })
})

describe('a model that ranks', () => {
  let engine: RealEngine
  const rerank = (query: string, documents: string[]) =>
    engine.asks.ask('rerank', { query, documents }, never)

  beforeAll(async () => {
    writeBertModel(file('rank.gguf'), { purpose: 'rank' })
    engine = await startRealEngine(file('rank.gguf'))
  })
  afterAll(() => engine[Symbol.asyncDispose]())

  test('scores each document from 0 to 1, in their order', async () => {
    const { scores, promptTokens } = await rerank('cat', ['bad wrong', 'the cat eats', 'good relevant'])
    expect(scores).toHaveLength(3)
    for (const score of scores) {
      expect(score).toBeGreaterThanOrEqual(0)
      expect(score).toBeLessThanOrEqual(1)
    }
    const [bad = 1, neither = 0, good = 0] = scores
    expect(bad).toBeLessThan(neither)
    expect(neither).toBeLessThan(good)
    expect(promptTokens).toBeGreaterThan(9)
  })

  test('makes no embeddings and writes nothing', async () => {
    const embedding = engine.asks.ask('embed', { inputs: ['a cat'] }, never)
    await expect(embedding).rejects.toMatchObject({ code: 'unsupported_by_model' })
    await expect(engine.chat('a cat')).rejects.toMatchObject({ code: 'unsupported_by_model' })
  })
})

test('a model that was made to write makes no vectors, and says so', async () => {
  await using engine = await startRealEngine(file('scripted.gguf'))
  const embedding = engine.asks.ask('embed', { inputs: ['a cat'] }, never)
  await expect(embedding).rejects.toMatchObject({ code: 'unsupported_by_model', param: 'model' })
  const ranking = engine.asks.ask('rerank', { query: 'a', documents: ['b'] }, never)
  await expect(ranking).rejects.toMatchObject({ code: 'unsupported_by_model', param: 'model' })
})

describe('an adapter', () => {
  test('changes what the model says', async () => {
    writeAdapter(file('adapter.gguf'), { from: 'Hello', to: 'Done' })
    await using engine = await startRealEngine(file('scripted.gguf'), {
      lora: [{ path: file('adapter.gguf'), scale: 1 }],
    })
    const { text } = await engine.chat('hi there')
    expect(text).toBe('Done now;')
  })

  test('does nothing at scale 0', async () => {
    writeAdapter(file('adapter.gguf'), { from: 'Hello', to: 'Done' })
    await using engine = await startRealEngine(file('scripted.gguf'), {
      lora: [{ path: file('adapter.gguf'), scale: 0 }],
    })
    expect((await engine.chat('hi there')).text).toBe(scriptText('greeting'))
  })

  test('that is no adapter fails the load with a reason', async () => {
    const lora = [{ path: file('scripted.gguf'), scale: 1 }]
    await expect(startRealEngine(file('scripted.gguf'), { lora })).rejects.toMatchObject({
      code: 'model_load_failed',
    })
  })
})
