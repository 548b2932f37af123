import type { ModelShape } from '../inference.ts'
import { toInteger, type ModelMetadata } from './model-metadata.ts'
import type { GgufValue } from './read-gguf-value.ts'

/** Architectures whose files do not say which layers look back only so far: every n-th looks back all the way. */
const slidingPatterns: ReadonlyMap<string, number> = new Map([
  ['gemma2', 2],
  ['gemma3', 6],
  ['gpt-oss', 2],
  ['cohere2', 4],
])

/** Beyond any real model: a file that says more must not cost time. */
const mostBlocks = 4096

/** What the memory of a model depends on. Where the file is silent, the greater amount. */
export function readModelShape(metadata: ReadonlyMap<string, GgufValue>, model: ModelMetadata): ModelShape {
  const { architecture, contextLength, embeddingLength, headCounts, keyValueHeadCounts } = model
  const integer = (key: string) => toInteger(metadata.get(`${architecture}.attention.${key}`))
  const heads = Math.max(...(headCounts ?? [0]))
  const headLength = heads === 0 ? 0 : embeddingLength / heads
  const widthOfHead = (integer('key_length') ?? headLength) + (integer('value_length') ?? headLength)
  const keyValueHeads = keyValueHeadCounts ?? headCounts ?? [0]
  const widths = Array.from(
    { length: Math.min(model.blockCount, mostBlocks) },
    (_, block) =>
      (keyValueHeads[block] ?? (keyValueHeads.length === 1 ? keyValueHeads[0]! : 0)) * widthOfHead,
  )
  const slidingWindow = integer('sliding_window') ?? 0
  const slides = slidingWindow > 0 ? slidingLayers(metadata, architecture) : () => false
  return {
    trainedContext: contextLength,
    cacheWidth: sum(widths),
    slidingCacheWidth: sum(widths.filter((_, block) => slides(block))),
    slidingWindow,
    embeddingLength,
    heads,
    vocabulary: countTokens(metadata),
  }
}

/** The file may give one number, as the table does, or say it of each layer. */
function slidingLayers(
  metadata: ReadonlyMap<string, GgufValue>,
  architecture: string,
): (block: number) => boolean {
  const given = metadata.get(`${architecture}.attention.sliding_window_pattern`)
  if (typeof given === 'object') return (block) => Number(given.values?.[block] ?? 0) > 0
  const every = toInteger(given) ?? slidingPatterns.get(architecture) ?? 1
  return (block) => every > 1 && block % every < every - 1
}

function countTokens(metadata: ReadonlyMap<string, GgufValue>): number {
  const tokens = metadata.get('tokenizer.ggml.tokens')
  return typeof tokens === 'object' ? tokens.length : 0
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
