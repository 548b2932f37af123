import { z } from 'zod'
import { listOf, timestampSchema } from './common.ts'

/** A request that is being answered. */
const openRequestSchema = z.object({
  /** As in the `x-request-id` of its answer. */
  id: z.string(),
  path: z.string(),
  /** As the client named it; null until its body is read. */
  model: z.string().nullable(),
  /** Id of the token it came with; null for whoever needs none. */
  token: z.string().nullable(),
  started_at: timestampSchema,
})

export type OpenRequest = z.infer<typeof openRequestSchema>

export const openRequestListSchema = listOf(openRequestSchema)
