import { z } from 'zod'
import { anything, flag, integerFrom, optional, text, withoutEffect } from '../openai-common/fields.ts'
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
          strict: optional(flag).describe('Answers always follow the schema.'),
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
    max_tokens: optional(integerFrom(1)).describe('The elder name of `max_completion_tokens`.'),
    max_completion_tokens: optional(integerFrom(1)).describe(
      'Most tokens to generate; without it the context is the limit.',
    ),
    logprobs: optional(flag).describe('Tell the log-probability of each token of the answer.'),
    top_logprobs: optional(integerFrom(0, 20)).describe(
      'Tell so many of the likeliest tokens at each place.',
    ),
    response_format: optional(responseFormatSchema),
    reasoning_effort: optional(text.max(64, 'must be at most 64 characters')).describe(
      'As the template of the model names it: `low`, `medium`, `high`; `none` turns thinking off.',
    ),

    // llama.cpp's, beyond OpenAI's.
    chat_template_kwargs: optional(z.looseObject({ enable_thinking: optional(flag) }, 'must be an object')),
    thinking_budget_tokens: optional(integerFrom(0)).describe(
      'Most tokens of thinking, where the template can say so.',
    ),

    // Refused where the value asks for something.
    audio: anything.describe('Refused.'),
    modalities: optional(list(text, { allowed: 'must be an array of strings' })).describe(
      'Refused where it asks for more than text.',
    ),
    moderation: anything.describe('Refused.'),
    store: optional(flag).describe('Refused unless false.'),
    web_search_options: anything.describe('Refused.'),

    // Without effect on a local answer.
    metadata: withoutEffect,
    prediction: withoutEffect,
    prompt_cache_key: withoutEffect,
    prompt_cache_options: withoutEffect,
    prompt_cache_retention: withoutEffect,
    safety_identifier: withoutEffect,
    service_tier: withoutEffect,
    verbosity: withoutEffect,
  },
  'must be a JSON object',
)

export type ChatCompletionBody = z.infer<typeof chatCompletionSchema>
