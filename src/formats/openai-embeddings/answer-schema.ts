import { z } from 'zod'
import { promptUsageSchema } from '../openai-common/usage-schema.ts'

/** What `POST /v1/embeddings` answers with. */
export const embeddingAnswerSchema = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({
      object: z.literal('embedding'),
      index: z.int(),
      embedding: z.union([z.array(z.number()), z.string().describe('In base64.')]),
    }),
  ),
  model: z.string(),
  usage: promptUsageSchema,
})

export type EmbeddingAnswer = z.infer<typeof embeddingAnswerSchema>
