import { z } from 'zod'
import { usageSchema } from '../openai-common/usage-schema.ts'

const finishReason = z
  .string()
  .describe('`stop`, `length`, `tool_calls` or `function_call`; models of providers may have others.')

const callSchema = z.object({
  name: z.string(),
  arguments: z.string().describe('JSON text, as the model wrote it.'),
})

const toolCallSchema = z.object({ id: z.string(), type: z.literal('function'), function: callSchema })

const tokenSchema = z.object({
  token: z.string(),
  logprob: z.number(),
  bytes: z.array(z.int()).nullable().describe('Null where they are no whole characters.'),
})

const logprobsSchema = z.object({
  content: z.array(tokenSchema.extend({ top_logprobs: z.array(tokenSchema).describe('Likeliest first.') })),
  refusal: z.null(),
})

export type ChatLogprobs = z.infer<typeof logprobsSchema>

const answerMessageSchema = z.object({
  role: z.literal('assistant'),
  content: z.string().nullable(),
  reasoning_content: z.string().exactOptional().describe('What the model thought, where it shows it.'),
  tool_calls: z.array(toolCallSchema).exactOptional(),
  function_call: callSchema.exactOptional().describe('The call, of a request that spoke of `functions`.'),
  refusal: z.string().nullable(),
})

export type ChatAnswerMessage = z.infer<typeof answerMessageSchema>

/** What `POST /v1/chat/completions` answers with. */
export const chatAnswerSchema = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: z.int().describe('Unix seconds.'),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.int(),
      message: answerMessageSchema,
      logprobs: logprobsSchema.nullable(),
      finish_reason: finishReason,
    }),
  ),
  usage: usageSchema,
})

export type ChatAnswer = z.infer<typeof chatAnswerSchema>

/** Of a call only what is new; the arguments of all deltas join. */
const callDeltaSchema = callSchema.partial()

const deltaSchema = z.object({
  role: z.literal('assistant').exactOptional(),
  content: z.string().nullable().exactOptional(),
  reasoning_content: z.string().exactOptional(),
  tool_calls: z
    .array(
      z.object({
        index: z.int(),
        id: z.string().exactOptional(),
        type: z.literal('function').exactOptional(),
        function: callDeltaSchema,
      }),
    )
    .exactOptional(),
  function_call: callDeltaSchema.exactOptional(),
})

/** The `data:` of the events of a stream, before `[DONE]`. */
export const chatChunkSchema = z.object({
  id: z.string(),
  object: z.literal('chat.completion.chunk'),
  created: z.int().describe('Unix seconds.'),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.int(),
      delta: deltaSchema,
      logprobs: logprobsSchema.nullable(),
      finish_reason: finishReason.nullable(),
    }),
  ),
  usage: usageSchema.nullable().exactOptional().describe('With `include_usage`; null before the last chunk.'),
})
