import { z } from 'zod'
import { listOf, timestampSchema } from './common.ts'

const requestSchema = z.object({
  id: z.string().describe('As in the `x-request-id` of its answer.'),
  path: z.string(),
  model: z.string().nullable().describe('As the client named it; null until its body is read.'),
  token: z.string().nullable().describe('Id of the token it came with; null for whoever needs none.'),
  started_at: timestampSchema,
})

/** A request that is being answered. */
export const openRequestSchema = requestSchema.extend({
  completion_tokens: z
    .int()
    .nullable()
    .describe('Written so far, as of the last second; null before the first, and where a provider answers.'),
  tokens_per_second: z.number().nullable().describe('Of these, from the first on.'),
})

export type OpenRequest = z.infer<typeof openRequestSchema>

export const openRequestListSchema = listOf(openRequestSchema)

const attemptSchema = z.object({
  target: z.string().describe('`PROVIDER/MODEL`, or `local:NAME`.'),
  started_at: timestampSchema,
  ms: z.number(),
  outcome: z.enum(['answered', 'failed', 'broken', 'aborted']),
  code: z.string().nullable(),
  status: z.int().nullable(),
})

/** All that is known of one request, open or over. Durations are milliseconds; null is what is not known. */
export const requestStorySchema = requestSchema.extend({
  token_name: z.string().nullable(),
  status: z.int().nullable().describe('Null while it is open; 499 where the client left.'),
  code: z.string().nullable(),
  route: z
    .object({ strategy: z.enum(['fallback', 'balance']).nullable(), targets: z.array(z.string()) })
    .nullable()
    .describe(
      'What the name stood for, in the order of this request; the strategy is null for what is no routed model.',
    ),
  target: z
    .string()
    .nullable()
    .describe("What answered, or was tried last: a local model, or a provider's own id of one."),
  provider: z.string().nullable(),
  attempt_count: z.int(),
  attempts: z.array(attemptSchema).nullable(),
  model_wait_ms: z
    .number()
    .nullable()
    .describe('Until the local model was loaded and there was room for it.'),
  turn_wait_ms: z.number().nullable().describe('Until it had a slot of the local model.'),
  first_byte_ms: z.number().nullable(),
  ms: z.number(),
  usage: z
    .object({
      prompt_tokens: z.int(),
      cached_tokens: z.int(),
      completion_tokens: z.int(),
      reasoning_tokens: z.int(),
    })
    .nullable(),
  credits: z
    .number()
    .exactOptional()
    .describe('What it cost; absent where it is open, or its model is free.'),
  streamed: z.boolean().exactOptional().describe('Whether the answer was asked for in events.'),
  trace: z
    .object({ trace_id: z.string(), span_id: z.string(), parent_span_id: z.string().nullable() })
    .exactOptional()
    .describe('Where it stands in a trace of OpenTelemetry, where traces are sent.'),
})

export type RequestStory = z.infer<typeof requestStorySchema>
