import type { EmbeddingResult } from '../../chat/embedding.ts'
import { encodePromptUsage } from '../openai-common/encode-usage.ts'
import type { EmbeddingAnswer } from './answer-schema.ts'

/** `base64`: of the numbers as little-endian 32-bit floats. */
export type EmbeddingEncoding = 'float' | 'base64'

export function encodeEmbedding(
  { vectors, promptTokens }: EmbeddingResult,
  { model, encoding }: { model: string; encoding: EmbeddingEncoding },
): EmbeddingAnswer {
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encoding === 'base64' ? toBase64(vector) : vector,
    })),
    model,
    usage: encodePromptUsage(promptTokens),
  }
}

function toBase64(vector: number[]): string {
  const bytes = Buffer.alloc(vector.length * Float32Array.BYTES_PER_ELEMENT)
  for (const [index, value] of vector.entries())
    bytes.writeFloatLE(value, index * Float32Array.BYTES_PER_ELEMENT)
  return bytes.toString('base64')
}
