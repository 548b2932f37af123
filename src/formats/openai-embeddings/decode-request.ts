import { z } from 'zod'
import type { EmbeddingRequest } from '../../chat/embedding.ts'
import { anything, integerFrom, modelName, optional } from '../openai-common/fields.ts'
import { passages, separatePassages } from '../openai-common/passages.ts'
import { unknownFields } from '../openai-common/unknown-fields.ts'
import { parseBody } from '../parse-body.ts'
import type { EmbeddingEncoding } from './encode-response.ts'

const embeddingSchema = z.looseObject(
  {
    model: modelName,
    input: passages({ allowEmptyText: false }),
    encoding_format: optional(z.enum(['float', 'base64'], 'must be float or base64')),
    dimensions: optional(integerFrom(1)),
    user: anything,
  },
  'must be a JSON object',
)

export interface DecodedEmbedding {
  request: EmbeddingRequest
  /** As the client wrote it. */
  model: string
  encoding: EmbeddingEncoding
  /** Fields that llmd does not know; the client is told. */
  dropped: string[]
}

/** Reads the body of `POST /v1/embeddings`. @throws LlmdError `invalid_request` */
export function decodeEmbedding(body: unknown): DecodedEmbedding {
  const data = parseBody(embeddingSchema, body)
  return {
    request: {
      inputs: separatePassages(data.input),
      ...(data.dimensions && { dimensions: data.dimensions }),
    },
    model: data.model,
    encoding: data.encoding_format ?? 'float',
    dropped: unknownFields(data, embeddingSchema.shape),
  }
}
