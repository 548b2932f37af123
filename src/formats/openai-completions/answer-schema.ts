import { z } from 'zod'
import { usageSchema } from '../openai-common/usage-schema.ts'

const logprobsSchema = z.object({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number().nullable()),
  top_logprobs: z.array(z.record(z.string(), z.number()).nullable()),
  text_offset: z.array(z.int()).describe('Where each token begins, in characters.'),
})

const headFields = {
  id: z.string(),
  object: z.literal('text_completion'),
  created: z.int().describe('Unix seconds.'),
  model: z.string(),
}

const choiceFields = {
  index: z.int(),
  text: z.string(),
  logprobs: logprobsSchema.nullable(),
}

const finishReason = z.string().describe('`stop` or `length`; models of providers may have others.')

/** What `POST /v1/completions` answers with. */
export const completionAnswerSchema = z.object({
  ...headFields,
  choices: z.array(z.object({ ...choiceFields, finish_reason: finishReason })),
  usage: usageSchema,
})

export type CompletionAnswer = z.infer<typeof completionAnswerSchema>

/** The `data:` of the events of a stream, before `[DONE]`. */
export const completionChunkSchema = z.object({
  ...headFields,
  choices: z.array(z.object({ ...choiceFields, finish_reason: finishReason.nullable() })),
  usage: usageSchema.nullable().exactOptional().describe('With `include_usage`; null before the last chunk.'),
})
