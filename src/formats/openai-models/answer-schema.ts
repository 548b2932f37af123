import { z } from 'zod'

/** What `GET /v1/models/ID` answers with. */
export const modelEntrySchema = z.object({
  id: z.string().describe('The name of the model.'),
  object: z.literal('model'),
  created: z.int().describe('Unix seconds.'),
  owned_by: z.string(),
})

export type ModelEntry = z.infer<typeof modelEntrySchema>

/** What `GET /v1/models` answers with. */
export const modelEntryListSchema = z.object({
  object: z.literal('list'),
  data: z.array(modelEntrySchema),
})
