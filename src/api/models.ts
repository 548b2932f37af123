import { z } from 'zod'
import { listOf, modelNameSchema, timestampSchema } from './common.ts'

/** How a model is loaded. Absent means that llmd chooses. */
const modelOptionsSchema = z.strictObject({
  /** Tokens a conversation may hold, prompt and answer together. */
  context: z.int().min(16).max(10_000_000).exactOptional(),
  /** Requests answered at the same time. */
  slots: z.int().min(1).max(64).exactOptional(),
  /** Threads the engine computes with. */
  threads: z.int().min(1).max(512).exactOptional(),
  /** Layers put on the GPU; `auto` takes as many as fit. */
  gpu_layers: z.union([z.literal('auto'), z.int().min(0).max(10_000)]).exactOptional(),
})

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
})

export type ModelEngine = z.infer<typeof modelEngineSchema>

export const modelSchema = z.object({
  name: z.string(),
  /** As the operator gave it: a path, or `builtin:NAME` for what llmd carries. */
  source: z.string(),
  created_at: timestampSchema,
  options: modelOptionsSchema,
  file: modelFileSchema,
  state: z.enum(['unloaded', 'loading', 'ready']),
  engine: modelEngineSchema.nullable(),
})

export type Model = z.infer<typeof modelSchema>

export const modelListSchema = listOf(modelSchema)

export const addModelSchema = z.strictObject({
  name: modelNameSchema,
  source: z.string().min(1).max(4096),
  options: modelOptionsSchema.default({}),
})

export type AddModel = z.input<typeof addModelSchema>
