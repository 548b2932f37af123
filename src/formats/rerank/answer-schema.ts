import { z } from 'zod'
import { promptUsageSchema } from '../openai-common/usage-schema.ts'

/** What `POST /v1/rerank` answers with. */
export const rerankAnswerSchema = z.object({
  id: z.string(),
  object: z.literal('list'),
  model: z.string(),
  results: z
    .array(
      z.object({
        index: z.int().describe('Of the document in the request, from 0.'),
        relevance_score: z.number().describe('From 0 to 1.'),
        document: z.object({ text: z.string() }).exactOptional(),
      }),
    )
    .describe('The most relevant first.'),
  usage: promptUsageSchema,
})

export type RerankAnswer = z.infer<typeof rerankAnswerSchema>
