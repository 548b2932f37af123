import { join } from 'node:path'
import type { GgufSummary } from '../inference/inference.ts'

const prefix = 'builtin:'

/** What the files in assets/ say of themselves, so that a start need not read them. */
const files: Record<string, Omit<GgufSummary, 'path'>> = {
  'llmd-demo': {
    sizeBytes: 4_812_704,
    architecture: 'llama',
    title: 'llmd demo',
    quantization: 'Q8_0',
    parameters: 4_459_776,
    trainedContext: 4096,
    shape: {
      trainedContext: 4096,
      cacheWidth: 3072,
      slidingCacheWidth: 0,
      slidingWindow: 0,
      embeddingLength: 256,
      heads: 4,
      vocabulary: 2048,
    },
  },
}

/** @param source as in `builtin:llmd-demo` @returns undefined when it names no model that llmd carries */
export function findBuiltinModel(source: string, assetsFolder: string): GgufSummary | undefined {
  if (!source.startsWith(prefix)) return undefined
  const name = source.slice(prefix.length)
  const file = Object.hasOwn(files, name) ? files[name] : undefined
  return file && { path: join(assetsFolder, `${name}.gguf`), ...file }
}
