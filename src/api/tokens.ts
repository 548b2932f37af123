import { z } from 'zod'
import { listOf, timestampSchema } from './common.ts'

/** `llm-all`: call models. `admin`: manage the daemon. `metrics`: read its metrics. */
export const scopeSchema = z.enum(['llm-all', 'admin', 'metrics'])

export type Scope = z.infer<typeof scopeSchema>

export const tokenSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  masked: z.string().describe('What may be shown of the secret: `sk-llmd-v1-********-e5b4a3`.'),
  scopes: z.array(scopeSchema),
  created_at: timestampSchema,
  expires_at: timestampSchema.nullable(),
  revoked_at: timestampSchema.nullable(),
})

export type Token = z.infer<typeof tokenSchema>

export const tokenListSchema = listOf(tokenSchema)

const tokenNameSchema = z
  .string()
  .min(1)
  .max(100)
  // Shown in terminals and tables: no control characters, no direction marks.
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}]+$/u, 'no control characters')

const tokenScopesSchema = z.array(scopeSchema).min(1)

export const createTokenSchema = z.strictObject({
  name: tokenNameSchema,
  scopes: tokenScopesSchema.default(['llm-all']),
  expires_at: timestampSchema.nullable().default(null),
})

export type CreateToken = z.input<typeof createTokenSchema>

/** What is not named stays as it is. */
export const editTokenSchema = z.strictObject({
  name: tokenNameSchema.exactOptional(),
  scopes: tokenScopesSchema.exactOptional(),
  expires_at: timestampSchema.nullable().exactOptional().describe('Null is never.'),
})

export type EditToken = z.input<typeof editTokenSchema>

/** The only answer that ever holds the secret. */
export const createdTokenSchema = tokenSchema.extend({ key: z.string() })

export type CreatedToken = z.infer<typeof createdTokenSchema>
