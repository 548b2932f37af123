import { z } from 'zod'
import { flag, modelName, optional } from '../openai-common/fields.ts'

/** What llmd reads of the body of `POST /v1/responses`: the rest is for the provider. */
export const responseSchema = z.looseObject({
  model: modelName.describe('The name of a model of a provider.'),
  stream: optional(flag).describe('Whether the answer comes as server-sent events.'),
})

/** What providers answer with: OpenAI's Response. */
export const responseAnswerSchema = z.looseObject({})

/** The `data:` of the events of a stream. */
export const responseEventSchema = z.looseObject({ type: z.string() })
