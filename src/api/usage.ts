import { z } from 'zod'
import { timestampSchema } from './common.ts'

/** What usage can be summed by; `day` is one of UTC. */
export const usageDimensions = ['model', 'provider', 'token', 'day'] as const

export type UsageDimension = (typeof usageDimensions)[number]

/** What is asked: `?by=model&since=...`. */
export const usageQuerySchema = z.strictObject({
  by: z.enum(usageDimensions).exactOptional().describe('`model` where absent.'),
  since: timestampSchema.exactOptional(),
  until: timestampSchema.exactOptional().describe('The moment itself is not in it.'),
  model: z.string().min(1).exactOptional().describe('As clients named it.'),
  token: z.string().min(1).exactOptional().describe('Id or name of a token.'),
})

export type UsageQuery = z.input<typeof usageQuerySchema>

const usageSumsSchema = z.object({
  requests: z.int(),
  errors: z.int().describe('Those that failed or broke off; a client that left is none.'),
  prompt_tokens: z.int(),
  cached_tokens: z.int().describe('Part of the prompt tokens.'),
  completion_tokens: z.int(),
  reasoning_tokens: z.int().describe('Part of the completion tokens.'),
  credits: z.number().describe('What they cost, by the prices that held when they began.'),
  first_byte_ms: z
    .number()
    .nullable()
    .describe('Mean of milliseconds to the first byte of an answer; null where there was none.'),
  ms: z.number().nullable().describe('Mean of milliseconds that requests took; null where there were none.'),
})

export type UsageSums = z.infer<typeof usageSumsSchema>

const usageRowSchema = usageSumsSchema.extend({
  key: z
    .string()
    .nullable()
    .describe(
      'Name of the model or provider, id of the token, or date; null for what has none, as local models no provider.',
    ),
  name: z
    .string()
    .nullable()
    .describe('The key, or of a token its name, revoked or not; null where there is none.'),
})

export type UsageRow = z.infer<typeof usageRowSchema>

export const usageSchema = z.object({
  by: z.enum(usageDimensions),
  since: timestampSchema.nullable(),
  until: timestampSchema.nullable(),
  totals: usageSumsSchema,
  data: z
    .array(usageRowSchema)
    .describe('Days in their order; others by their tokens, the most first, at most 1,000 of them.'),
})

export type Usage = z.infer<typeof usageSchema>
