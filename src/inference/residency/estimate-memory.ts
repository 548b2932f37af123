import { chosenSizes } from '../engine-defaults.ts'
import type { KvType, LocalModel } from '../inference.ts'
import { fileBytes } from './file-bytes.ts'

/** An engine that has loaded nothing: Node and llama.cpp. */
const processBytes = 120e6
/** Strings and lookup tables that each token of the vocabulary costs, here and in llama.cpp. */
const bytesPerToken = 1500
/** Tokens computed at once, and the numbers of 4 bytes that each needs meanwhile, as multiples of the embedding. */
const batch = 512
const activations = 16

const bytesPerNumber: Record<KvType, number> = { f32: 4, f16: 2, q8_0: 34 / 32, q4_0: 18 / 32 }

/**
 * Bytes that the engine of a model will take. The weights are counted in full, as if all of the file were read; what
 * part of it a GPU takes is not taken off. A file that cannot be read counts as nothing: loading it will say why.
 */
export async function estimateMemory({ path, options, shape }: LocalModel): Promise<number> {
  const files = [path, ...(options.lora ?? []).map((adapter) => adapter.path)]
  const weights = (await Promise.all(files.map(fileBytes))).reduce((sum, bytes) => sum + bytes, 0)
  if (!shape) return processBytes + weights
  const { context, slots } = chosenSizes(options, shape.trainedContext)
  const { cacheWidth, slidingCacheWidth, slidingWindow } = shape
  // A window moves on in steps of a batch.
  const remembered = Math.min(context, slidingWindow + batch)
  const cached = (cacheWidth - slidingCacheWidth) * context + slidingCacheWidth * remembered
  // Flash attention never holds the scores of a whole batch against the whole context.
  const scores = options.flashAttention === false ? batch * shape.heads * context * 4 : 0
  return Math.ceil(
    processBytes +
      weights +
      cached * slots * bytesPerNumber[options.kvType ?? 'f16'] +
      batch * activations * shape.embeddingLength * 4 +
      scores +
      bytesPerToken * shape.vocabulary,
  )
}
