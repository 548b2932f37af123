import { z } from 'zod'
import { listOf, modelNameSchema, timestampSchema } from './common.ts'

/** What an upstream speaks. */
export const providerFormatSchema = z.enum(['openai'])

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
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:@+/-]*$/, 'letters, digits and . _ : @ + - /, beginning with a letter or digit')

/** A provider's own id of a model. */
const upstreamModelSchema = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\s]+$/u, 'no spaces, no control characters')

/** How many models of one provider may be selected. */
export const mostSelectedModels = 50

const connectionFields = {
  format: providerFormatSchema,
  /** Everything before `/chat/completions`: `https://api.openai.com/v1`. */
  base_url: z.url({ protocol: /^https?$/ }).max(2048),
  prefix: prefixSchema.nullable(),
  /** The provider's ids of the models to serve. */
  models: z.array(upstreamModelSchema).max(mostSelectedModels),
  /** Serve whatever the provider has; needs a prefix. */
  all_models: z.boolean(),
  /** Sent with every request; never credentials, which `key` is for. */
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,64}$/), z.string().max(2048).regex(/^[\x20-\x7e]*$/)),
  organization: z.string().min(1).max(256).nullable(),
  project: z.string().min(1).max(256).nullable(),
  /** HTTP proxy to go through: `http://proxy:3128`. */
  proxy: z.url({ protocol: /^https?$/ }).max(2048).nullable(),
  /** PEM file of the authority that signed the upstream's certificate, by absolute path. */
  ca_file: z.string().min(1).max(4096).nullable(),
  /** Unix socket to connect to instead of the host of base_url, by absolute path. */
  socket: z.string().min(1).max(4096).nullable(),
  /** Whether the host may resolve to addresses of this machine or a private network. */
  allow_private: z.boolean(),
}

const providerHealthSchema = z.object({
  /** `cooling`: left alone for a while, since it failed repeatedly. */
  state: z.enum(['ready', 'cooling']),
  retry_at: timestampSchema.nullable(),
  last_error: z.string().nullable(),
})

export const providerSchema = z.object({
  name: z.string(),
  preset: z.string().nullable(),
  ...connectionFields,
  /** Whether a key is kept. Nothing ever gives the key itself. */
  has_key: z.boolean(),
  created_at: timestampSchema,
  /** The names that clients use. */
  served: z.array(z.string()),
  health: providerHealthSchema,
})

export type Provider = z.infer<typeof providerSchema>

export const providerListSchema = listOf(providerSchema)

export const addProviderSchema = z.strictObject({
  name: providerNameSchema,
  /** Fills what is not given; one of the presets' ids. */
  preset: z.string().max(64).exactOptional(),
  ...z.strictObject(connectionFields).exactPartial().shape,
  /** Absent or null for a provider that needs none. */
  key: z.string().min(1).max(8192).nullable().default(null),
  /** Try the connection first and refuse to save what does not work. */
  verify: z.boolean().default(true),
  /** Save although a name it brings is taken: the local or earlier one keeps the name. */
  override: z.boolean().default(false),
})

export type AddProvider = z.input<typeof addProviderSchema>

/** What is not named stays as it is; `key: null` forgets the key. */
export const editProviderSchema = z.strictObject({
  ...z.strictObject(connectionFields).exactPartial().shape,
  key: z.string().min(1).max(8192).nullable().exactOptional(),
  verify: z.boolean().default(true),
  override: z.boolean().default(false),
})

export type EditProvider = z.input<typeof editProviderSchema>

/** A connection to try, saved or not; of a saved provider only what differs need be given. */
export const tryProviderSchema = z.strictObject({
  preset: z.string().max(64).exactOptional(),
  ...z.strictObject(connectionFields).exactPartial().shape,
  key: z.string().min(1).max(8192).nullable().exactOptional(),
  /** The provider's id of the model to try; without it the first selected, or the first it lists. */
  model: upstreamModelSchema.exactOptional(),
})

export type TryProvider = z.input<typeof tryProviderSchema>

/** What came of a small chat completion. */
export const providerTestSchema = z.object({
  ok: z.boolean(),
  model: z.string().nullable(),
  attempts: z.int(),
  /** From sending the last attempt to its answer. */
  ms: z.number().nullable(),
  /** `Invalid API key`, `Network error`, `Connection failed`, `Model not found`, `Rate limit exceeded` and the like. */
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
  needs_key: z.boolean(),
  /** Where keys are made. */
  keys_url: z.string().nullable(),
})

export type ProviderPreset = z.infer<typeof providerPresetSchema>

export const providerPresetListSchema = listOf(providerPresetSchema)

/** Names of models that a provider brings follow the rule of all model names. */
export const servedNameSchema = modelNameSchema
