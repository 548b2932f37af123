import { z } from 'zod'
import { listOf, modelNameSchema, timestampSchema } from './common.ts'
import { givenProfileSchema, profileSchema, resettableProfileSchema } from './model-profile.ts'

/** Seconds: a timer holds no more than about 24 days. */
const longestTtl = 2_000_000

const kvTypes = ['f32', 'f16', 'q8_0', 'q4_0'] as const

/** How a model is loaded, and for how long. */
const optionsSchema = z.strictObject({
  context: z
    .int()
    .min(16)
    .max(10_000_000)
    .describe('Tokens a conversation may hold, prompt and answer together.'),
  slots: z.int().min(1).max(64).describe('Requests answered at the same time.'),
  threads: z.int().min(1).max(512).describe('Threads the engine computes with.'),
  gpu: z
    .enum(['auto', 'cuda', 'vulkan', 'metal', 'off'])
    .describe('`auto` takes the CPU where there is no GPU; one that is named must be there.'),
  gpu_layers: z
    .union([z.literal('auto'), z.int().min(0).max(10_000)])
    .describe('Layers put on the GPU; `auto` takes as many as fit.'),
  kv_type: z
    .enum(kvTypes)
    .describe('Type of the key-value cache: the smaller ones take less memory and lose some accuracy.'),
  flash_attention: z.boolean(),
  lora: z
    .array(z.strictObject({ path: z.string().min(1).max(4096), scale: z.number().min(-100).max(100) }))
    .max(16)
    .describe('Adapters, by absolute path, applied together; scale 1 is as they were trained.'),
  rope_scaling: z
    .strictObject({
      type: z.enum(['linear', 'yarn']),
      factor: z.number().min(1).max(1000),
      original_context: z.int().min(1).max(10_000_000).exactOptional(),
    })
    .describe('Stretches the positions, for a context longer than the model was trained on.'),
  ttl: z
    .int()
    .min(1)
    .max(longestTtl)
    .nullable()
    .describe('Seconds after the last answer until the model is unloaded; null is never.'),
  pinned: z.boolean().describe("Never unloaded of llmd's own accord."),
  preload: z.boolean().describe('Loaded when the daemon starts.'),
})

/** Absent means that llmd chooses. */
export const modelOptionsSchema = optionsSchema.exactPartial()

export type ModelOptions = z.infer<typeof modelOptionsSchema>

/** What the file says of itself. */
const modelFileSchema = z.object({
  path: z.string(),
  size_bytes: z.int(),
  architecture: z.string(),
  title: z.string().nullable().describe("The name the file's author gave, if any."),
  quantization: z.string(),
  parameters: z.int(),
  trained_context: z.int().describe('Longest context the model was trained on.'),
})

export type ModelFile = z.infer<typeof modelFileSchema>

/** The running engine of a model. */
const modelEngineSchema = z.object({
  pid: z.int(),
  loaded_at: timestampSchema,
  context: z.int(),
  slots: z.int(),
  slots_busy: z.int(),
  slot_tokens: z
    .array(z.int())
    .describe(
      'Tokens that each slot holds, of the conversation it is in or was in last, as of the last second.',
    ),
  context_used: z.int().describe('Tokens in the fullest slot; each has room for `context`.'),
  queued: z.int(),
  memory_bytes: z.int(),
  gpu: z.string().nullable(),
  tokens_per_second: z.number().nullable().describe('Of the last finished answer; null before there is one.'),
  unload_at: timestampSchema
    .nullable()
    .describe('When it is unloaded if nobody asks; null while it answers, and where it stays.'),
  pinned: z.boolean(),
})

export type ModelEngine = z.infer<typeof modelEngineSchema>

/** A GGUF on the machine that the daemon runs on. */
export const localModelSchema = z.object({
  kind: z.literal('local'),
  name: z.string(),
  ...profileSchema.shape,
  source: z.string().describe('As the operator gave it: a path, or `builtin:NAME` for what llmd carries.'),
  created_at: timestampSchema,
  options: modelOptionsSchema,
  file: modelFileSchema,
  state: z.enum(['unloaded', 'loading', 'ready']),
  progress: z.number().nullable().describe('Of a load under way, from 0 to 1.'),
  engine: modelEngineSchema.nullable(),
})

export type LocalModel = z.infer<typeof localModelSchema>

/** How a target has been doing. */
const targetHealthSchema = z.object({
  state: z
    .enum(['ready', 'cooling', 'probing'])
    .describe(
      '`cooling`: routed models leave it alone for a while, since it failed repeatedly or asked for it. ' +
        '`probing`: that time is over, and until a request has succeeded they let them through one at a time.',
    ),
  retry_at: timestampSchema.nullable().describe('The end of the cooling.'),
  last_error: z.string().nullable().describe('Of the last failure since the last success.'),
})

export type TargetHealth = z.infer<typeof targetHealthSchema>

/** A provider's model. */
const remoteModelSchema = z.object({
  kind: z.literal('remote'),
  name: z.string(),
  ...profileSchema.shape,
  source: z.string().describe('`PROVIDER/MODEL`.'),
  created_at: timestampSchema,
  provider: z.string(),
  model: z.string().describe("The provider's own id."),
  alias: z.boolean().describe('Whether the operator gave it this name; false where the provider brought it.'),
  health: targetHealthSchema.nullable().describe('Null where the provider was removed.'),
})

export type RemoteModel = z.infer<typeof remoteModelSchema>

/**
 * `fallback`: each target is for when those before it fail. `balance`: the order is drawn for each request, as the
 * weights say.
 */
const strategySchema = z.enum(['fallback', 'balance'])

/** A name that stands for other names. */
export const routedModelSchema = z.object({
  kind: z.literal('routed'),
  name: z.string(),
  ...profileSchema.shape,
  created_at: timestampSchema,
  strategy: strategySchema,
  targets: z.array(
    z.object({
      model: z.string(),
      weight: z.int().nullable().describe('Null for a fallback.'),
      kind: z
        .enum(['local', 'remote', 'routed'])
        .nullable()
        .describe('Null where there is no such model any more.'),
      health: targetHealthSchema
        .nullable()
        .describe('Null where there is no such model, and for a routed one, whose targets have theirs.'),
    }),
  ),
})

export type RoutedModel = z.infer<typeof routedModelSchema>

export const modelSchema = z.discriminatedUnion('kind', [
  localModelSchema,
  remoteModelSchema,
  routedModelSchema,
])

export type Model = z.infer<typeof modelSchema>

/** Of no provider first, then by provider; alphabetically within each. */
export const modelListSchema = listOf(modelSchema)

const sourceSchema = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\0]+$/, 'no path or address holds a NUL')

const targetsSchema = z
  .array(
    z.strictObject({
      model: modelNameSchema.describe('The name of any model.'),
      weight: z
        .int()
        .min(1)
        .max(1000)
        .exactOptional()
        .describe('How often it is chosen, beside the weights of the others; 1 where absent.'),
    }),
  )
  .min(1)
  .max(16)

/** Either `source`, or `targets` for a routed model. */
export const addModelSchema = z
  .strictObject({
    name: modelNameSchema,
    source: sourceSchema.exactOptional().describe('A path, or `PROVIDER/MODEL`.'),
    targets: targetsSchema.exactOptional(),
    strategy: strategySchema.exactOptional().describe('Without it, weights make it `balance`.'),
    ...givenProfileSchema.shape,
    options: modelOptionsSchema.default({}).describe('Of a local model.'),
  })
  .refine(({ source, targets }) => (source === undefined) !== (targets === undefined), {
    path: ['source'],
    message: 'give either source or targets',
  })

export type AddModel = z.input<typeof addModelSchema>

/** What is not named stays as it is. */
export const editModelSchema = z.strictObject({
  source: sourceSchema.exactOptional().describe("Of another name for a provider's model: `PROVIDER/MODEL`."),
  targets: targetsSchema.exactOptional().describe('Of a routed model: all of them.'),
  strategy: strategySchema.exactOptional(),
  ...givenProfileSchema.shape,
  options: modelOptionsSchema.default({}).describe('Of a local model.'),
  reset: z
    .array(z.enum([...optionsSchema.keyof().options, ...resettableProfileSchema.options]))
    .default([])
    .describe('Options that llmd is to choose again, and what else is to be taken back.'),
})

export type EditModel = z.input<typeof editModelSchema>

export const removeModelQuerySchema = z.strictObject({
  delete_file: z
    .enum(['true', 'false'])
    .exactOptional()
    .describe('Whether a file that llmd downloaded goes too.'),
})

export const copyModelSchema = z.strictObject({ name: modelNameSchema })

/** What became of trying a model out. */
export const modelCheckSchema = z.object({
  name: z.string(),
  file: modelFileSchema,
  memory: z
    .object({ needed_bytes: z.int(), budget_bytes: z.int() })
    .describe('Estimate of what it takes, and what all models together may take.'),
  quarantined_since: timestampSchema
    .nullable()
    .describe(
      'Since when it was loaded no more, for its engine had crashed too often; null where it was not.',
    ),
  loads: z.boolean().describe('Whether it loads; that ends the quarantine.'),
  failure: z
    .object({ code: z.string(), message: z.string(), hint: z.string().nullable() })
    .nullable()
    .describe('Why it does not load.'),
})

export type ModelCheck = z.infer<typeof modelCheckSchema>
