import { z } from 'zod'
import { listOf, modelNameSchema, timestampSchema } from './common.ts'

/** Seconds: a timer holds no more than about 24 days. */
const longestTtl = 2_000_000

const kvTypes = ['f32', 'f16', 'q8_0', 'q4_0'] as const

/** How a model is loaded, and for how long. */
const optionsSchema = z.strictObject({
  /** Tokens a conversation may hold, prompt and answer together. */
  context: z.int().min(16).max(10_000_000),
  /** Requests answered at the same time. */
  slots: z.int().min(1).max(64),
  /** Threads the engine computes with. */
  threads: z.int().min(1).max(512),
  /** `auto` takes the CPU where there is no GPU; one that is named must be there. */
  gpu: z.enum(['auto', 'cuda', 'vulkan', 'metal', 'off']),
  /** Layers put on the GPU; `auto` takes as many as fit. */
  gpu_layers: z.union([z.literal('auto'), z.int().min(0).max(10_000)]),
  /** Type of the key-value cache: the smaller ones take less memory and lose some accuracy. */
  kv_type: z.enum(kvTypes),
  flash_attention: z.boolean(),
  /** Adapters, by absolute path, applied together; scale 1 is as they were trained. */
  lora: z
    .array(z.strictObject({ path: z.string().min(1).max(4096), scale: z.number().min(-100).max(100) }))
    .max(16),
  /** Stretches the positions, for a context longer than the model was trained on. */
  rope_scaling: z.strictObject({
    type: z.enum(['linear', 'yarn']),
    factor: z.number().min(1).max(1000),
    original_context: z.int().min(1).max(10_000_000).exactOptional(),
  }),
  /** Seconds after the last answer until the model is unloaded; null is never. */
  ttl: z.int().min(1).max(longestTtl).nullable(),
  /** Never unloaded of llmd's own accord. */
  pinned: z.boolean(),
  /** Loaded when the daemon starts. */
  preload: z.boolean(),
})

/** Absent means that llmd chooses. */
export const modelOptionsSchema = optionsSchema.exactPartial()

export type ModelOptions = z.infer<typeof modelOptionsSchema>

/** What the file says of itself. */
const modelFileSchema = z.object({
  path: z.string(),
  size_bytes: z.int(),
  architecture: z.string(),
  /** The name the file's author gave, if any. */
  title: z.string().nullable(),
  quantization: z.string(),
  parameters: z.int(),
  /** Longest context the model was trained on. */
  trained_context: z.int(),
})

export type ModelFile = z.infer<typeof modelFileSchema>

/** The running engine of a model. */
const modelEngineSchema = z.object({
  pid: z.int(),
  loaded_at: timestampSchema,
  context: z.int(),
  slots: z.int(),
  slots_busy: z.int(),
  queued: z.int(),
  memory_bytes: z.int(),
  gpu: z.string().nullable(),
  /** Of the last finished answer; null before there is one. */
  tokens_per_second: z.number().nullable(),
  /** When it is unloaded if nobody asks; null while it answers, and where it stays. */
  unload_at: timestampSchema.nullable(),
  pinned: z.boolean(),
})

export type ModelEngine = z.infer<typeof modelEngineSchema>

/** A GGUF on the machine that the daemon runs on. */
export const localModelSchema = z.object({
  kind: z.literal('local'),
  name: z.string(),
  /** As the operator gave it: a path, or `builtin:NAME` for what llmd carries. */
  source: z.string(),
  created_at: timestampSchema,
  options: modelOptionsSchema,
  file: modelFileSchema,
  state: z.enum(['unloaded', 'loading', 'ready']),
  /** Of a load under way, from 0 to 1. */
  progress: z.number().nullable(),
  engine: modelEngineSchema.nullable(),
})

export type LocalModel = z.infer<typeof localModelSchema>

/** How a target has been doing. */
const targetHealthSchema = z.object({
  /**
   * `cooling`: routed models leave it alone for a while, since it failed repeatedly or asked for it. `probing`: that
   * time is over, and until a request has succeeded they let them through one at a time.
   */
  state: z.enum(['ready', 'cooling', 'probing']),
  /** The end of the cooling. */
  retry_at: timestampSchema.nullable(),
  /** Of the last failure since the last success. */
  last_error: z.string().nullable(),
})

export type TargetHealth = z.infer<typeof targetHealthSchema>

/** A provider's model. */
const remoteModelSchema = z.object({
  kind: z.literal('remote'),
  name: z.string(),
  /** `PROVIDER/MODEL`. */
  source: z.string(),
  created_at: timestampSchema,
  provider: z.string(),
  /** The provider's own id. */
  model: z.string(),
  /** Whether the operator gave it this name; false where the provider brought it. */
  alias: z.boolean(),
  /** Null where the provider was removed. */
  health: targetHealthSchema.nullable(),
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
  created_at: timestampSchema,
  strategy: strategySchema,
  targets: z.array(
    z.object({
      model: z.string(),
      /** Null for a fallback. */
      weight: z.int().nullable(),
      /** Null where there is no such model any more. */
      kind: z.enum(['local', 'remote', 'routed']).nullable(),
      /** Null where there is no such model, and for a routed one, whose targets have theirs. */
      health: targetHealthSchema.nullable(),
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
      /** The name of any model. */
      model: modelNameSchema,
      /** How often it is chosen, beside the weights of the others; 1 where absent. */
      weight: z.int().min(1).max(1000).exactOptional(),
    }),
  )
  .min(1)
  .max(16)

/** Either `source`, or `targets` for a routed model. */
export const addModelSchema = z
  .strictObject({
    name: modelNameSchema,
    /** A path, or `PROVIDER/MODEL`. */
    source: sourceSchema.exactOptional(),
    targets: targetsSchema.exactOptional(),
    /** Without it, weights make it `balance`. */
    strategy: strategySchema.exactOptional(),
    /** Of a local model. */
    options: modelOptionsSchema.default({}),
  })
  .refine(({ source, targets }) => (source === undefined) !== (targets === undefined), {
    path: ['source'],
    message: 'give either source or targets',
  })

export type AddModel = z.input<typeof addModelSchema>

/** What is not named stays as it is. */
export const editModelSchema = z.strictObject({
  /** Of a routed model: all of them. */
  targets: targetsSchema.exactOptional(),
  strategy: strategySchema.exactOptional(),
  /** Of a local model. */
  options: modelOptionsSchema.default({}),
  /** Options that llmd is to choose again. */
  reset: z.array(optionsSchema.keyof()).default([]),
})

export type EditModel = z.input<typeof editModelSchema>

export const removeModelQuerySchema = z.strictObject({
  /** Whether a file that llmd downloaded goes too. */
  delete_file: z.enum(['true', 'false']).exactOptional(),
})

export const copyModelSchema = z.strictObject({ name: modelNameSchema })

/** What became of trying a model out. */
export const modelCheckSchema = z.object({
  name: z.string(),
  file: modelFileSchema,
  /** Estimate of what it takes, and what all models together may take. */
  memory: z.object({ needed_bytes: z.int(), budget_bytes: z.int() }),
  /** Since when it was loaded no more, for its engine had crashed too often; null where it was not. */
  quarantined_since: timestampSchema.nullable(),
  /** Whether it loads; that ends the quarantine. */
  loads: z.boolean(),
  /** Why it does not load. */
  failure: z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() }).nullable(),
})

export type ModelCheck = z.infer<typeof modelCheckSchema>
