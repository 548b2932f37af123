import { z } from 'zod'

/** OpenAI's clients send null for what they leave to the server. */
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish()

function numberFrom(least: number, most: number) {
  const allowed = `must be a number from ${least} to ${most}`
  return z.number(allowed).min(least, allowed).max(most, allowed)
}

function integerFrom(least: number) {
  const allowed = `must be an integer of at least ${least}`
  return z.int(allowed).min(least, allowed)
}

const anything = z.unknown().optional()

const nameOfModel = 'must be the name of a model'
const contentAllowed = 'must be a string or an array of content parts'
const stopAllowed = 'must be a string or an array of at most 16 strings'

const messageSchema = z.looseObject(
  {
    role: z.enum(
      ['system', 'developer', 'user', 'assistant', 'tool', 'function'],
      'must be system, developer, user or assistant',
    ),
    content: optional(
      z.union(
        [z.string(), z.array(z.looseObject({ type: z.string() })).min(1, contentAllowed)],
        contentAllowed,
      ),
    ),
    name: optional(z.string('must be a string')),
    tool_calls: optional(z.array(z.unknown(), 'must be an array')),
    function_call: anything,
    audio: anything,
    refusal: optional(z.string('must be a string')),
  },
  'must be an object',
)

/** What `POST /v1/chat/completions` takes. Types and ranges only: what llmd cannot do is found when decoding. */
export const chatCompletionSchema = z.looseObject(
  {
    model: z.string(nameOfModel).min(1, nameOfModel).max(256, nameOfModel),
    messages: z.array(messageSchema, 'must be an array of messages').min(1, 'must hold at least one message'),
    max_tokens: optional(integerFrom(1)),
    max_completion_tokens: optional(integerFrom(1)),
    temperature: optional(numberFrom(0, 2)),
    top_p: optional(numberFrom(0, 1)),
    seed: optional(z.int('must be an integer')),
    stop: optional(z.union([z.string(), z.array(z.string()).max(16, stopAllowed)], stopAllowed)),
    stream: optional(z.boolean('must be true or false')),
    stream_options: optional(
      z.looseObject({ include_usage: optional(z.boolean('must be true or false')) }, 'must be an object'),
    ),

    // Not done yet; accepted where the value asks for nothing.
    n: optional(integerFrom(1)),
    presence_penalty: optional(numberFrom(-2, 2)),
    frequency_penalty: optional(numberFrom(-2, 2)),
    logprobs: optional(z.boolean('must be true or false')),
    top_logprobs: optional(integerFrom(0)),
    logit_bias: optional(z.record(z.string(), z.number(), 'must be an object of numbers')),
    response_format: optional(
      z.looseObject({ type: z.string('must be a string') }, 'must be an object with a type'),
    ),
    tools: optional(z.array(z.unknown(), 'must be an array')),
    functions: optional(z.array(z.unknown(), 'must be an array')),
    tool_choice: anything,
    function_call: anything,
    reasoning_effort: optional(z.string('must be a string')),
    modalities: optional(z.array(z.string(), 'must be an array of strings')),
    store: optional(z.boolean('must be true or false')),
    audio: anything,
    moderation: anything,
    web_search_options: anything,
    top_k: optional(z.number('must be a number')),
    min_p: optional(z.number('must be a number')),
    repeat_penalty: optional(z.number('must be a number')),

    // Without effect on a local answer.
    metadata: anything,
    parallel_tool_calls: anything,
    prediction: anything,
    prompt_cache_key: anything,
    prompt_cache_options: anything,
    prompt_cache_retention: anything,
    safety_identifier: anything,
    service_tier: anything,
    user: anything,
    verbosity: anything,
  },
  'must be a JSON object',
)

export type ChatCompletionBody = z.infer<typeof chatCompletionSchema>
export type ChatCompletionMessage = ChatCompletionBody['messages'][number]
