import { describe, expect, test } from 'vitest'
import type { ModelMetadata } from '../../../src/inference/gguf/model-metadata.ts'
import { readModelShape } from '../../../src/inference/gguf/model-shape.ts'
import type { GgufValue } from '../../../src/inference/gguf/read-gguf-value.ts'

/** Six blocks, eight heads of 64 numbers each, two of them for keys and values. */
const model: ModelMetadata = {
  architecture: 'llama',
  title: null,
  fileType: null,
  alignment: 32,
  contextLength: 4096,
  embeddingLength: 512,
  blockCount: 6,
  predictionBlocks: 0,
  headCounts: [8],
  keyValueHeadCounts: [2],
  shards: 1,
}

const shapeOf = (metadata: Record<string, GgufValue>, change: Partial<ModelMetadata> = {}) =>
  readModelShape(new Map(Object.entries(metadata)), { ...model, ...change })

const each = (...values: (number | boolean)[]) => ({ length: values.length, values })

describe('the width of the cache', () => {
  test('is that of all key and value heads of all blocks', () => {
    expect(shapeOf({}).cacheWidth).toBe(6 * 2 * (64 + 64))
  })

  test('goes by the lengths of keys and values where the file says them', () => {
    const lengths = { 'llama.attention.key_length': 96, 'llama.attention.value_length': 32 }
    expect(shapeOf(lengths).cacheWidth).toBe(6 * 2 * (96 + 32))
  })

  test('counts every head where none are said to be shared', () => {
    expect(shapeOf({}, { keyValueHeadCounts: null }).cacheWidth).toBe(6 * 8 * 128)
  })

  test('goes block by block where the file does, and some have no attention', () => {
    expect(shapeOf({}, { keyValueHeadCounts: [2, 0, 2, 0, 0, 1] }).cacheWidth).toBe(5 * 128)
  })

  test('is nothing without heads', () => {
    expect(shapeOf({}, { headCounts: null, keyValueHeadCounts: null }).cacheWidth).toBe(0)
  })

  test('takes no time for more blocks than there can be', () => {
    expect(shapeOf({}, { blockCount: 2 ** 52 }).cacheWidth).toBeLessThan(1e9)
  })
})

describe('blocks with a window', () => {
  const width = 2 * 128
  test.each([
    ['are five of six in gemma3', 'gemma3', {}, 5],
    ['are every other one in gemma2', 'gemma2', {}, 3],
    ['are those of the pattern that the file gives', 'llama', { pattern: 3 }, 4],
    ['are those that the file names', 'llama', { pattern: each(true, false, true, false, false, false) }, 2],
    ['are unknown without a pattern, and so are none', 'llama', {}, 0],
    ['are none for a name that objects have', 'constructor', {}, 0],
  ] as const)('%s', (_, architecture, { pattern }: { pattern?: GgufValue }, count) => {
    const metadata: Record<string, GgufValue> = { [`${architecture}.attention.sliding_window`]: 512 }
    if (pattern !== undefined) metadata[`${architecture}.attention.sliding_window_pattern`] = pattern
    expect(shapeOf(metadata, { architecture })).toMatchObject({
      slidingWindow: 512,
      slidingCacheWidth: count * width,
      cacheWidth: 6 * width,
    })
  })
})

test('the vocabulary is counted', () => {
  const tokens = { length: 32_000, values: null }
  expect(shapeOf({ 'tokenizer.ggml.tokens': tokens })).toMatchObject({ vocabulary: 32_000, heads: 8 })
})
