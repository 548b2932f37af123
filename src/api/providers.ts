import { z } from 'zod'
import { listOf, timestampSchema } from './common.ts'
import { isForbiddenHeader } from './forbidden-header.ts'
import { mostSelectedModels } from './most-selected-models.ts'

/** What an upstream speaks. */
const providerFormatSchema = z.enum(['openai'])

export type ProviderFormat = z.infer<typeof providerFormatSchema>

const providerNameSchema = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits and . _ -, beginning with a letter or digit')

/** Put before each of a provider's ids, and taken off again before a request is sent. */
const prefixSchema = z
  .string()
  .min(1)
  .max(32)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:@+/-]*$/,
    'letters, digits and . _ : @ + - /, beginning with a letter or digit',
  )

/** A provider's own id of a model. */
export const upstreamModelSchema = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\s]+$/u, 'no spaces, no control characters')

const webAddressSchema = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  // Addresses are shown; keys are not.
  .refine((text) => hasOnly(text, 'address'), 'an address without user name and password')

const baseUrlSchema = webAddressSchema
  .refine((text) => hasOnly(text, 'path'), 'an address without ? and #')
  .refine(
    (text) => !/\/(chat\/)?completions\/*$/.test(text),
    'everything before /chat/completions, which is appended',
  )

const headerNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, 'letters, digits and -')
  .refine((name) => !isForbiddenHeader(name), 'not a header that may be set: credentials belong into the key')

const upstreamModelsSchema = z.array(upstreamModelSchema).max(mostSelectedModels)

/** How the provider is reached. */
const reachFields = {
  format: providerFormatSchema,
  base_url: baseUrlSchema.describe('Everything before `/chat/completions`: `https://api.openai.com/v1`.'),
  headers: z
    .record(
      headerNameSchema,
      z
        .string()
        .max(2048)
        .regex(/^[\x20-\x7e]*$/, 'printable ASCII'),
    )
    .describe('Sent with every request; never credentials, which `key` is for.'),
  organization: z
    .string()
    .max(256)
    .regex(/^[\x21-\x7e]+$/, 'printable ASCII')
    .nullable(),
  project: z
    .string()
    .max(256)
    .regex(/^[\x21-\x7e]+$/, 'printable ASCII')
    .nullable(),
  proxy: webAddressSchema.nullable().describe('HTTP proxy to go through: `http://proxy:3128`.'),
  ca_file: absolutePath()
    .nullable()
    .describe("PEM file of the authority that signed the upstream's certificate, by absolute path."),
  socket: absolutePath()
    .nullable()
    .describe('Unix socket to connect to instead of the host of base_url, by absolute path.'),
  allow_private: z
    .boolean()
    .describe('Whether the host may resolve to addresses of this machine or a private network.'),
}

const settingsFields = {
  ...reachFields,
  prefix: prefixSchema.nullable(),
  models: upstreamModelsSchema.describe("The provider's ids of the models to serve."),
  all_models: z.boolean().describe('Serve whatever the provider has; needs a prefix.'),
}

export type ProviderSettings = z.infer<z.ZodObject<typeof settingsFields>>

/** A key of 7-bit characters, as a header can carry it; nothing else is asked of it. */
const keySchema = z
  .string()
  .max(8192)
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces')

/** How its models have been doing: that of the one that fares worst. */
const providerHealthSchema = z.object({
  state: z
    .enum(['ready', 'cooling', 'probing'])
    .describe('`cooling`: left alone for a while, since it failed repeatedly. `probing`: that time is over.'),
  retry_at: timestampSchema.nullable(),
  last_error: z.string().nullable(),
})

export type ProviderHealth = z.infer<typeof providerHealthSchema>

export const providerSchema = z.object({
  name: z.string(),
  preset: z.string().nullable(),
  ...settingsFields,
  has_key: z.boolean().describe('Whether a key is kept. Nothing ever gives the key itself.'),
  created_at: timestampSchema,
  served: z.array(z.string()).describe('The names that clients use, alphabetically.'),
  not_served: z
    .array(z.object({ model: z.string(), reason: z.string() }))
    .describe("The provider's ids that are not served, and why."),
  aliases: z
    .array(z.string())
    .describe('Names that the operator gave to models of this provider, beside those it brings.'),
  refreshed_at: timestampSchema
    .nullable()
    .describe('When the provider was last asked what it has, where all of its models are served.'),
  health: providerHealthSchema,
})

export type Provider = z.infer<typeof providerSchema>

export const providerListSchema = listOf(providerSchema)

export const addProviderSchema = z.strictObject({
  name: providerNameSchema,
  preset: z.string().max(64).exactOptional().describe("Fills what is not given; one of the presets' ids."),
  ...z.strictObject(settingsFields).exactPartial().shape,
  key: keySchema.nullable().default(null).describe('Absent or null for a provider that needs none.'),
  verify: z
    .boolean()
    .default(true)
    .describe('Try the connection first and refuse to save what does not work.'),
  override: z
    .boolean()
    .default(false)
    .describe(
      'Save although a name it brings is taken: a local model, or the provider that was added first, keeps it.',
    ),
})

export type AddProvider = z.input<typeof addProviderSchema>

/** What is not named stays as it is; `key: null` forgets the key. */
export const editProviderSchema = z.strictObject({
  ...z.strictObject(settingsFields).exactPartial().shape,
  add_models: upstreamModelsSchema.default([]).describe('Beside those that stay.'),
  remove_models: upstreamModelsSchema.default([]),
  key: keySchema.nullable().exactOptional(),
  verify: z.boolean().default(true),
  override: z.boolean().default(false),
})

export type EditProvider = z.input<typeof editProviderSchema>

const draftFields = {
  ...z.strictObject(reachFields).exactPartial().shape,
  key: keySchema.nullable().exactOptional(),
}

/** The provider's id of the model to try; without it one that is selected, or one that it lists. */
const trialModel = { model: upstreamModelSchema.exactOptional() }

/** A connection that was not saved yet. */
export const draftProviderSchema = z.strictObject({
  preset: z.string().max(64).exactOptional(),
  ...draftFields,
})

export type DraftProvider = z.input<typeof draftProviderSchema>

export const tryProviderSchema = draftProviderSchema.extend(trialModel)

export type TryProvider = z.input<typeof tryProviderSchema>

/** What to try differently from how the provider was saved. */
export const testProviderSchema = z.strictObject({ ...draftFields, ...trialModel })

export type TestProvider = z.input<typeof testProviderSchema>

/** What came of a small chat completion. */
export const providerTestSchema = z.object({
  ok: z.boolean(),
  model: z.string().nullable(),
  attempts: z.int().describe('Requests that were sent.'),
  ms: z.number().nullable().describe('From sending the last of them to its answer, in milliseconds.'),
  failure: z
    .object({ code: z.string(), message: z.string(), hint: z.string().nullable() })
    .nullable()
    .describe(
      '`Invalid API key`, `Network error`, `Connection failed`, `Model not found` or `Rate limit exceeded`.',
    ),
})

export type ProviderTest = z.infer<typeof providerTestSchema>

export const providerModelListSchema = listOf(
  z.object({
    id: z.string().describe("The provider's id."),
    served_as: z.string().nullable().describe('The name that clients use, where the model is served.'),
  }),
)

export type ProviderModel = z.infer<typeof providerModelListSchema>['data'][number]

export const providerPresetSchema = z.object({
  id: z.string(),
  title: z.string(),
  format: providerFormatSchema,
  base_url: z.string().nullable().describe('Null where each customer has its own.'),
  base_url_example: z.string().nullable().describe('What such an own address looks like.'),
  needs_key: z.boolean(),
  keys_url: z.string().nullable().describe('Where keys are made.'),
})

export type ProviderPreset = z.infer<typeof providerPresetSchema>

export const providerPresetListSchema = listOf(providerPresetSchema)

function absolutePath() {
  return z
    .string()
    .max(4096)
    .regex(/^\/[^\0]*$/, 'an absolute path on the machine that the daemon runs on')
}

/** Whether an address holds neither user name nor password, and with `path` no query and no fragment either. */
function hasOnly(text: string, parts: 'address' | 'path'): boolean {
  if (!URL.canParse(text)) return true
  const { username, password } = new URL(text)
  return username === '' && password === '' && (parts === 'address' || !/[?#]/.test(text))
}
