import { z } from 'zod'
import { listOf, timestampSchema } from './common.ts'
import { creditsSchema } from './credits.ts'
import { scopes } from './scopes.ts'

export const scopeSchema = z.enum(scopes)

export type Scope = z.infer<typeof scopeSchema>

/** So many credits a day or a month of UTC. */
export const budgetSchema = z.strictObject({ credits: creditsSchema, per: z.enum(['day', 'month']) })

export type Budget = z.infer<typeof budgetSchema>

export const tokenSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  masked: z.string().describe('What may be shown of the secret: `sk-llmd-v1-********-e5b4a3`.'),
  scopes: z.array(scopeSchema),
  created_at: timestampSchema,
  expires_at: timestampSchema.nullable(),
  revoked_at: timestampSchema.nullable(),
  owner: z
    .string()
    .nullable()
    .describe('The user of an issuer who made it: `jwt:keycloak:3f2c`; null where no such user did.'),
  deployment: z.string().nullable().describe('Id of the only deployment that it may use; null for all.'),
  models: z.array(z.string()).nullable().describe('Names of the only models that it may use; null for all.'),
  rpm: z.int().nullable().describe('The most requests in any minute.'),
  tpm: z.int().nullable().describe('The most tokens in a minute, after which it has to wait.'),
  credits: z
    .number()
    .nullable()
    .describe(
      'What is left of its balance: below 0 by what its last requests took; null where it needs none.',
    ),
  credits_used: z.number().describe('What its requests have cost so far.'),
  budget: z
    .object({ credits: z.number(), per: z.enum(['day', 'month']) })
    .nullable()
    .describe('The most credits in a day or a month of UTC.'),
  budget_used: z.number().nullable().describe('What it has used of its budget this day or month.'),
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

const tokenModelsSchema = z
  .array(z.string().min(1).max(256))
  .min(1)
  .max(1000)
  .describe('Names as clients say them.')

const perMinuteSchema = z.int().min(1).max(1_000_000_000)

/** Null is none. */
const tokenLimits = {
  models: tokenModelsSchema.nullable(),
  // Of each of its requests the time is remembered for a minute.
  rpm: perMinuteSchema.max(1_000_000).nullable(),
  tpm: perMinuteSchema.nullable(),
  credits: creditsSchema.nullable().describe('The balance from now on.'),
  budget: budgetSchema.nullable(),
}

export const createTokenSchema = z.strictObject({
  name: tokenNameSchema,
  scopes: tokenScopesSchema.default(['llm-all']),
  expires_at: timestampSchema.nullable().default(null),
  deployment: z.string().min(1).max(100).nullable().default(null),
  models: tokenLimits.models.default(null),
  rpm: tokenLimits.rpm.default(null),
  tpm: tokenLimits.tpm.default(null),
  credits: tokenLimits.credits.default(null),
  budget: tokenLimits.budget.default(null),
})

export type CreateToken = z.input<typeof createTokenSchema>

export type RequestedToken = z.output<typeof createTokenSchema>

/** What is not named stays as it is. */
export const editTokenSchema = z.strictObject({
  name: tokenNameSchema.exactOptional(),
  scopes: tokenScopesSchema.exactOptional(),
  expires_at: timestampSchema.nullable().exactOptional().describe('Null is never.'),
  models: tokenLimits.models.exactOptional(),
  rpm: tokenLimits.rpm.exactOptional(),
  tpm: tokenLimits.tpm.exactOptional(),
  credits: tokenLimits.credits.exactOptional(),
  budget: tokenLimits.budget.exactOptional(),
})

export type EditToken = z.input<typeof editTokenSchema>

/** The only answer that ever holds the secret. */
export const createdTokenSchema = tokenSchema.extend({ key: z.string() })

export type CreatedToken = z.infer<typeof createdTokenSchema>
