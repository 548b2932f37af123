import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EngineOptions, LocalModel } from '../../../src/inference/inference.ts'
import { readModelFile } from '../../../src/inference/gguf/read-model-file.ts'
import { estimateMemory } from '../../../src/inference/residency/estimate-memory.ts'
import { writeRandomModel } from '../../fixtures/gguf/write-random-model.ts'
import { writeScriptedModel } from '../../fixtures/gguf/write-scripted-model.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { ask, chatRequest, demoModelPath, openInference } from '../local-inference.ts'

/** Ten numbers in the cache for each token, four of them in layers with a window of 100 tokens. */
const shape = {
  trainedContext: 1_000_000,
  cacheWidth: 10,
  slidingCacheWidth: 4,
  slidingWindow: 100,
  embeddingLength: 0,
  heads: 3,
  vocabulary: 0,
}

const estimate = (options: EngineOptions, rest: Partial<LocalModel> = {}) =>
  estimateMemory({ name: 'model', path: '/nowhere/model.gguf', options, shape, ...rest })

describe('an estimate', () => {
  test('grows with context and slots, and less with a window', async () => {
    const none = await estimate({ context: 0, slots: 1 })
    expect((await estimate({ context: 500, slots: 1 })) - none).toBe(500 * 10 * 2)
    expect((await estimate({ context: 500, slots: 3 })) - none).toBe(500 * 10 * 2 * 3)
    expect((await estimate({ context: 10_000, slots: 1 })) - none).toBe((10_000 * 6 + 612 * 4) * 2)
  })

  test.each([
    ['f32', 4],
    ['f16', 2],
    ['q8_0', 34 / 32],
    ['q4_0', 18 / 32],
  ] as const)('reckons with the type of the cache: %s', async (kvType, bytes) => {
    const none = await estimate({ context: 0, slots: 1, kvType })
    expect((await estimate({ context: 320, slots: 1, kvType })) - none).toBe(320 * 10 * bytes)
  })

  test('reckons with the scores that flash attention saves', async () => {
    const options = { context: 1000, slots: 1 }
    const flash = await estimate({ ...options, flashAttention: true })
    expect((await estimate({ ...options, flashAttention: false })) - flash).toBe(512 * 3 * 1000 * 4)
  })

  test('counts all parts of a file, and adapters', async () => {
    const folder = temporaryFolder()
    const [first = '', second, adapter = ''] = [
      'm-00001-of-00002.gguf',
      'm-00002-of-00002.gguf',
      'a.gguf',
    ].map((name) => join(folder, name))
    writeFileSync(first, Buffer.alloc(1000))
    writeFileSync(second!, Buffer.alloc(200))
    writeFileSync(adapter, Buffer.alloc(30))
    const none = await estimate({})
    expect((await estimate({}, { path: first })) - none).toBe(1200)
    expect((await estimate({ lora: [{ path: adapter, scale: 1 }] }, { path: first })) - none).toBe(1230)
  })
})

describe('a real engine', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'llmd-estimate-'))
    writeScriptedModel(join(folder, 'scripted.gguf'))
    writeRandomModel(join(folder, 'random.gguf'), { parameters: '0.1B', quantization: 'Q8_0' })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each([
    ['llmd-demo', () => demoModelPath, {}],
    ['scripted', () => join(folder, 'scripted.gguf'), { context: 32_768, slots: 4 }],
    ['random', () => join(folder, 'random.gguf'), { context: 4096, slots: 2 }],
    ['random', () => join(folder, 'random.gguf'), { context: 8192, slots: 2, kvType: 'q8_0' }],
  ] satisfies [string, () => string, EngineOptions][])(
    'takes about as much: %s',
    async (name, pathOf, options) => {
      const path = pathOf()
      const model = { name, path, options, shape: readModelFile(path).shape }
      await using inference = openInference()
      await ask(inference, model, chatRequest('hi '.repeat(300), { maxTokens: 2 }))
      await inference.load(model)
      const state = inference.state(name)
      const taken = state.state === 'ready' ? state.engine.memoryBytes : 0
      const estimated = await estimateMemory(model)
      expect(Math.abs(estimated - taken)).toBeLessThan(Math.max(0.25 * taken, 64e6))
    },
  )
})
