import { z } from 'zod'
import { anything, flag, integerFrom, optional, text } from '../openai-common/fields.ts'
import { generationFields } from '../openai-common/generation-schema.ts'
import { list } from '../openai-common/list.ts'
import { messageSchema } from './message-schema.ts'
import { toolFields } from './tool-schema.ts'

const responseFormatSchema = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('text') }),
    z.strictObject({ type: z.literal('json_object') }),
    z.strictObject({
      type: z.literal('json_schema'),
      json_schema: z.looseObject(
        {
          schema: z.record(z.string(), z.unknown(), 'must be a JSON Schema object'),
          // Answers always follow the schema.
          strict: optional(flag),
        },
        'must be an object with a schema',
      ),
    }),
  ],
  'must be text, json_object or json_schema',
)

/** What `POST /v1/chat/completions` takes. Types and ranges only: what llmd cannot do is found when decoding. */
export const chatCompletionSchema = z.looseObject(
  {
    ...generationFields,
    ...toolFields,
    messages: list(messageSchema, { least: 1, allowed: 'must be an array of at least one message' }),
    max_tokens: optional(integerFrom(1)),
    max_completion_tokens: optional(integerFrom(1)),
    logprobs: optional(flag),
    top_logprobs: optional(integerFrom(0, 20)),
    response_format: optional(responseFormatSchema),
    reasoning_effort: optional(text.max(64, 'must be at most 64 characters')),

    // llama.cpp's, beyond OpenAI's.
    chat_template_kwargs: optional(z.looseObject({ enable_thinking: optional(flag) }, 'must be an object')),
    thinking_budget_tokens: optional(integerFrom(0)),

    // Refused where the value asks for something.
    audio: anything,
    modalities: optional(list(text, { allowed: 'must be an array of strings' })),
    moderation: anything,
    store: optional(flag),
    web_search_options: anything,

    // Without effect on a local answer.
    metadata: anything,
    prediction: anything,
    prompt_cache_key: anything,
    prompt_cache_options: anything,
    prompt_cache_retention: anything,
    safety_identifier: anything,
    service_tier: anything,
    verbosity: anything,
  },
  'must be a JSON object',
)

export type ChatCompletionBody = z.infer<typeof chatCompletionSchema>
