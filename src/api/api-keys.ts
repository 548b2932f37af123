import { z } from 'zod'
import { listOf, timestampSchema } from './common.ts'
import { createTokenSchema } from './tokens.ts'

export const createApiKeySchema = z.strictObject({ name: createTokenSchema.shape.name })

export const apiKeySchema = z.object({
  id: z.uuid(),
  name: z.string(),
  masked: z.string().describe('What may be shown of the key: `sk-llmd-v1-********-e5b4a3`.'),
  created_at: timestampSchema,
})

export type ApiKey = z.infer<typeof apiKeySchema>

export const apiKeyListSchema = listOf(apiKeySchema)

/** The only answer that ever holds the key. */
export const createdApiKeySchema = z.object({
  id: apiKeySchema.shape.id,
  name: apiKeySchema.shape.name,
  key: z.string(),
  masked: apiKeySchema.shape.masked,
  created_at: apiKeySchema.shape.created_at,
})

export type CreatedApiKey = z.infer<typeof createdApiKeySchema>
