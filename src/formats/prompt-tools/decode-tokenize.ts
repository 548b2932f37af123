import { z } from 'zod'
import { anything, flag, modelName, optional, text } from '../openai-common/fields.ts'
import { refuseUnsupported } from '../openai-common/refuse-unsupported.ts'
import { unknownFields } from '../openai-common/unknown-fields.ts'
import { parseBody } from '../parse-body.ts'

/** What `POST /tokenize` takes: as llama-server does, with the name of a model. */
export const tokenizeSchema = z.looseObject(
  {
    model: modelName,
    content: text,
    parse_special: optional(flag).describe(
      'By default true: the text of special tokens stands for those tokens.',
    ),
    add_special: anything.describe('Refused unless false.'),
    with_pieces: anything.describe('Refused unless false.'),
  },
  'must be a JSON object',
)

const isOff = (value: unknown) => value === false

export interface DecodedTokenize {
  /** As the client wrote it. */
  model: string
  content: string
  /** Whether the text of special tokens stands for those tokens. */
  special: boolean
  /** Fields that llmd does not know; the client is told. */
  dropped: string[]
}

/** Reads the body of `POST /tokenize`. @throws LlmdError `invalid_request`, `unsupported_parameter` */
export function decodeTokenize(body: unknown): DecodedTokenize {
  const data = parseBody(tokenizeSchema, body)
  refuseUnsupported(data, { add_special: isOff, with_pieces: isOff })
  return {
    model: data.model,
    content: data.content,
    special: data.parse_special ?? true,
    dropped: unknownFields(data, tokenizeSchema.shape),
  }
}
