import { z } from 'zod'
import { flag, integerFrom, optional, text } from '../openai-common/fields.ts'
import { generationFields } from '../openai-common/generation-schema.ts'
import { passages } from '../openai-common/passages.ts'

/** What `POST /v1/completions` takes. */
export const completionSchema = z.looseObject(
  {
    ...generationFields,
    prompt: passages({ allowEmptyText: true }).describe('Texts or token numbers, continued as they stand.'),
    suffix: optional(text).describe('What comes after a gap, for models that were taught to fill one.'),
    echo: optional(flag).describe('The answer begins with the prompt.'),
    logprobs: optional(integerFrom(0, 5)).describe('Tell so many of the likeliest tokens at each place.'),
    max_tokens: optional(integerFrom(0)).describe('16 where absent; 0 with `echo` only reads the prompt.'),
    best_of: optional(integerFrom(1, 16)).describe('Only where it equals `n`.'),
  },
  'must be a JSON object',
)
