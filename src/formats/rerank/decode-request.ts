import { z } from 'zod'
import type { RerankRequest } from '../../chat/embedding.ts'
import { flag, integerFrom, modelName, optional, text, withoutEffect } from '../openai-common/fields.ts'
import { list } from '../openai-common/list.ts'
import { unknownFields } from '../openai-common/unknown-fields.ts'
import { parseBody } from '../parse-body.ts'

const documentsAllowed = 'must be an array of 1 to 2048 strings, or of objects with a text'

const documentSchema = z.union([z.string(), z.looseObject({ text: z.string() })], documentsAllowed)

/** What `POST /v1/rerank` takes: as Jina, Cohere, llama-server and vLLM do. */
export const rerankSchema = z.looseObject(
  {
    model: modelName.describe('The name of a model that ranks.'),
    query: text,
    documents: list(documentSchema, { least: 1, most: 2048, allowed: documentsAllowed }),
    top_n: optional(integerFrom(1)).describe('How many of the best to name; without it, all.'),
    return_documents: optional(flag).describe('Whether the answer holds the texts.'),
    user: withoutEffect,
  },
  'must be a JSON object',
)

export interface DecodedRerank {
  request: RerankRequest
  /** As the client wrote it. */
  model: string
  /** How many of the best to name; without it, all. */
  top?: number
  returnDocuments: boolean
  /** Fields that llmd does not know; the client is told. */
  dropped: string[]
}

/** Reads the body of `POST /v1/rerank`. @throws LlmdError `invalid_request` */
export function decodeRerank(body: unknown): DecodedRerank {
  const data = parseBody(rerankSchema, body)
  return {
    request: {
      query: data.query,
      documents: data.documents.map((document) => (typeof document === 'string' ? document : document.text)),
    },
    model: data.model,
    ...(data.top_n && { top: data.top_n }),
    returnDocuments: data.return_documents ?? false,
    dropped: unknownFields(data, rerankSchema.shape),
  }
}
