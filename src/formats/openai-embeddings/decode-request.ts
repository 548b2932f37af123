import { z } from 'zod'
import type { EmbeddingRequest } from '../../chat/embedding.ts'
import { integerFrom, modelName, optional, withoutEffect } from '../openai-common/fields.ts'
import { passages, separatePassages } from '../openai-common/passages.ts'
import { unknownFields } from '../openai-common/unknown-fields.ts'
import { parseBody } from '../parse-body.ts'
import type { EmbeddingEncoding } from './encode-response.ts'

/** What `POST /v1/embeddings` takes. */
export const embeddingSchema = z.looseObject(
  {
    model: modelName.describe('The name of a model that makes embeddings.'),
    input: passages({ allowEmptyText: false }).describe(
      'Texts or token numbers, each of which gets a vector.',
    ),
    encoding_format: optional(z.enum(['float', 'base64'], 'must be float or base64')).describe(
      '`base64`: of the numbers as little-endian 32-bit floats.',
    ),
    dimensions: optional(integerFrom(1)).describe('Cuts the vectors, which have length 1 all the same.'),
    user: withoutEffect,
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
