import { damagedHint, invalidFile } from './invalid-file.ts'
import { readModelMetadata, type ModelMetadata } from './model-metadata.ts'
import type { GgufHeader } from './read-gguf-header.ts'
import { validateTensors } from './validate-tensors.ts'

/**
 * Checks what would make the engine crash, hang or answer nonsense, as far as the header tells it. Whether the
 * engine knows the architecture, and has all tensors it wants, only the engine can say.
 * @throws LlmdError `model_file_invalid`
 */
export function validateGguf(header: GgufHeader, fileSize: number): ModelMetadata {
  const model = readModelMetadata(header.metadata)
  if (header.tensors.length === 0 && model.shards === 1) throw invalidFile('holds no tensors.')
  validateTensors(header, { alignment: model.alignment, fileSize })
  checkBlocks(header, model)
  checkEmbedding(header, model)
  checkHeads(header, model)
  return model
}

function checkBlocks(header: GgufHeader, { blockCount, predictionBlocks, shards }: ModelMetadata): void {
  const blocks = header.tensors.flatMap(({ name }) => /^blk\.(\d+)\./.exec(name)?.[1] ?? []).map(Number)
  if (blocks.length === 0) return
  const found = blocks.reduce((most, block) => Math.max(most, block), 0) + 1
  const tooFew = shards === 1 && found < blockCount - predictionBlocks
  if (found <= blockCount && !tooFew) return
  throw invalidFile(`says that it has ${blockCount} blocks, but has the tensors of ${found}.`, damagedHint)
}

function checkEmbedding(header: GgufHeader, { embeddingLength }: ModelMetadata): void {
  const embedding = header.tensors.find(({ name }) => name === 'token_embd.weight')
  if (!embedding || embedding.dimensions[0] === embeddingLength) return
  throw invalidFile(
    `says that embeddings have ${embeddingLength} numbers, but "token_embd.weight" has ${embedding.dimensions[0]}.`,
    damagedHint,
  )
}

/** Models without attention say 0 heads, and those with some attention say 0 for the blocks without. */
function checkHeads(header: GgufHeader, { headCounts, keyValueHeadCounts }: ModelMetadata): void {
  if (!header.tensors.some(({ name }) => /^blk\.\d+\.attn_(q|k|qkv)\./.test(name))) return
  for (const counts of [headCounts, keyValueHeadCounts]) {
    if (counts?.every((count) => count === 0)) {
      throw invalidFile('says that it has 0 attention heads, but has tensors for attention.', damagedHint)
    }
  }
}
