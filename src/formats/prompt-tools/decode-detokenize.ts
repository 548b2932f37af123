import { z } from 'zod'
import { modelName } from '../openai-common/fields.ts'
import { tokenNumbers } from '../openai-common/passages.ts'
import { unknownFields } from '../openai-common/unknown-fields.ts'
import { parseBody } from '../parse-body.ts'

/** What `POST /detokenize` takes: as llama-server does, with the name of a model. */
export const detokenizeSchema = z.looseObject(
  { model: modelName, tokens: tokenNumbers },
  'must be a JSON object',
)

export interface DecodedDetokenize {
  /** As the client wrote it. */
  model: string
  tokens: number[]
  /** Fields that llmd does not know; the client is told. */
  dropped: string[]
}

/** Reads the body of `POST /detokenize`. @throws LlmdError `invalid_request` */
export function decodeDetokenize(body: unknown): DecodedDetokenize {
  const data = parseBody(detokenizeSchema, body)
  return { model: data.model, tokens: data.tokens, dropped: unknownFields(data, detokenizeSchema.shape) }
}
