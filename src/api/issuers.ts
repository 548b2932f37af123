import { z } from 'zod'
import { listOf, timestampSchema } from './common.ts'
import { jwtAlgorithms } from './jwt-algorithms.ts'
import { scopeSchema } from './tokens.ts'

const jwtAlgorithmSchema = z.enum(jwtAlgorithms)

const issuerNameSchema = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits and . _ -, beginning with a letter or digit')

const addressSchema = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine(isPlain, 'an address without user name, password and #')

const issuerUrlSchema = addressSchema.refine((text) => !text.includes('?'), 'an address without ?')

/** Shown in terminals and tables: no control characters, no direction marks. */
const claimTextSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}]+$/u, 'no control characters')

const settingsFields = {
  audience: z
    .array(claimTextSchema)
    .min(1)
    .max(20)
    .describe('`aud` of a JWT has to be, or to hold, one of them.'),
  jwks_url: addressSchema
    .nullable()
    .describe('Where its keys are; null where `/.well-known/openid-configuration` tells.'),
  algorithms: z.array(jwtAlgorithmSchema).min(1).describe('Algorithms of signatures that are accepted.'),
  scope_claim: claimTextSchema.describe(
    'Claim with what the user may do: words of a text, or a list. Dots lead into objects: `realm_access.roles`.',
  ),
  grants: z
    .array(z.strictObject({ value: claimTextSchema, scope: scopeSchema }))
    .max(100)
    .describe('Which value of that claim grants which scope. All others grant nothing.'),
  default_scopes: z.array(scopeSchema).describe('What every user has whom the issuer vouches for.'),
}

export type IssuerSettings = z.infer<z.ZodObject<typeof settingsFields>>

export const issuerSchema = z.object({
  name: z.string(),
  issuer: z.string().describe('`iss` of its JWTs, to the letter.'),
  ...settingsFields,
  created_at: timestampSchema,
  keys: z.int().nullable().describe('How many keys it has; null as long as they were not needed.'),
  keys_fetched_at: timestampSchema.nullable(),
  last_error: z.string().nullable().describe('Why its keys could not be fetched, if that was so last time.'),
})

export type Issuer = z.infer<typeof issuerSchema>

export const issuerListSchema = listOf(issuerSchema)

export const addIssuerSchema = z.strictObject({
  name: issuerNameSchema,
  issuer: issuerUrlSchema,
  audience: settingsFields.audience,
  jwks_url: settingsFields.jwks_url.default(null),
  algorithms: settingsFields.algorithms.default(['RS256', 'ES256', 'EdDSA', 'PS256']),
  scope_claim: settingsFields.scope_claim.default('scope'),
  grants: settingsFields.grants.default([]),
  default_scopes: settingsFields.default_scopes.default([]),
})

export type AddIssuer = z.input<typeof addIssuerSchema>

/** What is not named stays as it is; a list replaces the list. The issuer itself stays: users are known by it. */
export const editIssuerSchema = z.strictObject(settingsFields).exactPartial()

export type EditIssuer = z.input<typeof editIssuerSchema>

export const testIssuerSchema = z.strictObject({
  jwt: z.string().min(1).max(16_384).exactOptional().describe('A JWT to judge. It is not kept.'),
})

export type TestIssuer = z.input<typeof testIssuerSchema>

const judgedTokenSchema = z.object({
  accepted: z.boolean(),
  reason: z.string().nullable().describe('Why it is not accepted.'),
  user: z.string().nullable().describe('What the user is called in the log and in the usage.'),
  scopes: z.array(scopeSchema),
  claim_values: z.array(z.string()).describe('What it has in the claim that grants scopes; at most 100.'),
  expires_at: timestampSchema.nullable(),
})

export type JudgedToken = z.infer<typeof judgedTokenSchema>

export const issuerTestSchema = z.object({
  jwks_url: z.string().describe('Where the keys are.'),
  keys: z.array(
    z.object({
      kid: z.string().nullable(),
      type: z.string().describe('`RSA`, `EC` or `OKP`.'),
      algorithm: z.string().nullable().describe('Null for a key that does not say.'),
    }),
  ),
  ms: z.number().describe('How long it took to fetch them, in milliseconds.'),
  token: judgedTokenSchema.nullable().describe('What the JWT is worth; null where none was given.'),
})

export type IssuerTest = z.infer<typeof issuerTestSchema>

function isPlain(text: string): boolean {
  if (!URL.canParse(text)) return true
  const { username, password } = new URL(text)
  return username === '' && password === '' && !text.includes('#')
}
