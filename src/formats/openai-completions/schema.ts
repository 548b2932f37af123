import { z } from 'zod'
import { flag, integerFrom, optional, text } from '../openai-common/fields.ts'
import { generationFields } from '../openai-common/generation-schema.ts'
import { passages } from '../openai-common/passages.ts'

/** What `POST /v1/completions` takes. */
export const completionSchema = z.looseObject(
  {
    ...generationFields,
    prompt: passages({ allowEmptyText: true }),
    suffix: optional(text),
    echo: optional(flag),
    logprobs: optional(integerFrom(0, 5)),
    /** 0 with `echo` only reads the prompt. */
    max_tokens: optional(integerFrom(0)),
    best_of: optional(integerFrom(1, 16)),
  },
  'must be a JSON object',
)
