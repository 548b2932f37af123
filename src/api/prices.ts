import { z } from 'zod'
import { listOf } from './common.ts'
import { creditsSchema } from './credits.ts'

/** A price is of the model of a name, or of all models of a tier. */
const priceKindSchema = z.enum(['model', 'tier'])

export type PriceKind = z.infer<typeof priceKindSchema>

/** The name of a model, where its price is that of all that have none of their own. */
export const anyModel = '*'

export const priceNameSchema = z.object({
  name: z
    .string()
    .max(320)
    .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\s]+$/u, 'no spaces, no control characters'),
})

const perMillion = creditsSchema.max(1_000_000)

export const setPriceSchema = z.strictObject({
  input: perMillion.describe('Credits for a million tokens of prompts.'),
  cached_input: perMillion
    .nullable()
    .default(null)
    .describe('For those that came from a cache; null is as much as for others.'),
  output: perMillion.default(0).describe('For a million tokens of answers.'),
})

export type SetPrice = z.input<typeof setPriceSchema>

export type TokenPrice = z.output<typeof setPriceSchema>

export const priceSchema = z.object({
  kind: priceKindSchema,
  name: z.string().describe('Of the model as clients name it, or of the tier; the model `*` is any other.'),
  input: z.number(),
  cached_input: z.number().nullable(),
  output: z.number(),
})

export type Price = z.infer<typeof priceSchema>

export const priceListSchema = listOf(priceSchema)
