import { z } from 'zod'
import { listOf, modelNameSchema, timestampSchema } from './common.ts'

/** `starting` and `ready` are live; the others are for good, and its keys are revoked. */
export const deploymentStateSchema = z.enum(['starting', 'ready', 'stopped', 'failed', 'expired'])

export const deploymentSchema = z.object({
  id: z.string().describe('`dep_` and ten hexadecimal digits.'),
  model: z.string(),
  state: deploymentStateSchema,
  created_at: timestampSchema,
  ready_at: timestampSchema.nullable().describe('When it was ready for the first time.'),
  ends_at: timestampSchema.nullable().describe('Null is never.'),
  ended_at: timestampSchema.nullable(),
  reason: z
    .object({ code: z.string(), message: z.string(), hint: z.string().nullable() })
    .nullable()
    .describe('Why it failed; of one that is starting, why it is not ready yet.'),
})

export type Deployment = z.infer<typeof deploymentSchema>

/** Oldest first. */
export const deploymentListSchema = listOf(deploymentSchema)

/** Ten years: a date that far away is still one. */
const longestSeconds = 315_360_000

const secondsSchema = z.int().min(1).max(longestSeconds)

export const createDeploymentSchema = z.strictObject({
  model: modelNameSchema.describe('The name of any model.'),
  seconds: secondsSchema
    .nullable()
    .default(null)
    .describe('How long it lasts from now on; null is for good.'),
})

export type CreateDeployment = z.input<typeof createDeploymentSchema>

export const extendDeploymentSchema = z.strictObject({
  seconds: secondsSchema.describe('How much later it ends.'),
})

export type ExtendDeployment = z.input<typeof extendDeploymentSchema>
