import { z } from 'zod'
import { listOf, timestampSchema } from './common.ts'
import { isForbiddenHeader } from './forbidden-header.ts'

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

/** How many models of one provider may be selected. */
export const mostSelectedModels = 50

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
  /** Everything before `/chat/completions`: `https://api.openai.com/v1`. */
  base_url: baseUrlSchema,
  /** Sent with every request; never credentials, which `key` is for. */
  headers: z.record(
    headerNameSchema,
    z
      .string()
      .max(2048)
      .regex(/^[\x20-\x7e]*$/, 'printable ASCII'),
  ),
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
  /** HTTP proxy to go through: `http://proxy:3128`. */
  proxy: webAddressSchema.nullable(),
  /** PEM file of the authority that signed the upstream's certificate, by absolute path. */
  ca_file: absolutePath().nullable(),
  /** Unix socket to connect to instead of the host of base_url, by absolute path. */
  socket: absolutePath().nullable(),
  /** Whether the host may resolve to addresses of this machine or a private network. */
  allow_private: z.boolean(),
}

const settingsFields = {
  ...reachFields,
  prefix: prefixSchema.nullable(),
  /** The provider's ids of the models to serve. */
  models: upstreamModelsSchema,
  /** Serve whatever the provider has; needs a prefix. */
  all_models: z.boolean(),
}

export type ProviderSettings = z.infer<z.ZodObject<typeof settingsFields>>

/** A key of 7-bit characters, as a header can carry it; nothing else is asked of it. */
const keySchema = z
  .string()
  .max(8192)
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces')

/** How its models have been doing: that of the one that fares worst. */
const providerHealthSchema = z.object({
  /** `cooling`: left alone for a while, since it failed repeatedly. `probing`: that time is over. */
  state: z.enum(['ready', 'cooling', 'probing']),
  retry_at: timestampSchema.nullable(),
  last_error: z.string().nullable(),
})

export type ProviderHealth = z.infer<typeof providerHealthSchema>

export const providerSchema = z.object({
  name: z.string(),
  preset: z.string().nullable(),
  ...settingsFields,
  /** Whether a key is kept. Nothing ever gives the key itself. */
  has_key: z.boolean(),
  created_at: timestampSchema,
  /** The names that clients use, alphabetically. */
  served: z.array(z.string()),
  /** The provider's ids that are not served, and why. */
  not_served: z.array(z.object({ model: z.string(), reason: z.string() })),
  /** Names that the operator gave to models of this provider, beside those it brings. */
  aliases: z.array(z.string()),
  /** When the provider was last asked what it has, where all of its models are served. */
  refreshed_at: timestampSchema.nullable(),
  health: providerHealthSchema,
})

export type Provider = z.infer<typeof providerSchema>

export const providerListSchema = listOf(providerSchema)

export const addProviderSchema = z.strictObject({
  name: providerNameSchema,
  /** Fills what is not given; one of the presets' ids. */
  preset: z.string().max(64).exactOptional(),
  ...z.strictObject(settingsFields).exactPartial().shape,
  /** Absent or null for a provider that needs none. */
  key: keySchema.nullable().default(null),
  /** Try the connection first and refuse to save what does not work. */
  verify: z.boolean().default(true),
  /** Save although a name it brings is taken: a local model, or the provider that was added first, keeps it. */
  override: z.boolean().default(false),
})

export type AddProvider = z.input<typeof addProviderSchema>

/** What is not named stays as it is; `key: null` forgets the key. */
export const editProviderSchema = z.strictObject({
  ...z.strictObject(settingsFields).exactPartial().shape,
  /** Beside those that stay. */
  add_models: upstreamModelsSchema.default([]),
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
  /** Requests that were sent. */
  attempts: z.int(),
  /** From sending the last of them to its answer, in milliseconds. */
  ms: z.number().nullable(),
  /** `Invalid API key`, `Network error`, `Connection failed`, `Model not found` or `Rate limit exceeded`. */
  failure: z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() }).nullable(),
})

export type ProviderTest = z.infer<typeof providerTestSchema>

export const providerModelListSchema = listOf(
  z.object({
    /** The provider's id. */
    id: z.string(),
    /** The name that clients use, where the model is served. */
    served_as: z.string().nullable(),
  }),
)

export type ProviderModel = z.infer<typeof providerModelListSchema>['data'][number]

export const providerPresetSchema = z.object({
  id: z.string(),
  title: z.string(),
  format: providerFormatSchema,
  /** Null where each customer has its own. */
  base_url: z.string().nullable(),
  /** What such an own address looks like. */
  base_url_example: z.string().nullable(),
  needs_key: z.boolean(),
  /** Where keys are made. */
  keys_url: z.string().nullable(),
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
