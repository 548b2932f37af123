import { z } from 'zod'

/** What the daemon and an engine process say to each other. Both sides validate what they hear. */

const loadMessageSchema = z.object({
  type: z.literal('load'),
  path: z.string(),
  context: z.int().exactOptional(),
  slots: z.int().exactOptional(),
  threads: z.int().exactOptional(),
  gpuLayers: z.union([z.literal('auto'), z.int()]).exactOptional(),
})

const chatMessageSchema = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: z.string(),
})

const generateMessageSchema = z.object({
  type: z.literal('generate'),
  id: z.string(),
  request: z.object({
    messages: z.array(chatMessageSchema),
    sampling: z.object({ temperature: z.number(), topP: z.number(), seed: z.number().exactOptional() }),
    maxTokens: z.int().exactOptional(),
    stop: z.array(z.string()),
  }),
})

export const toEngineSchema = z.discriminatedUnion('type', [
  loadMessageSchema,
  generateMessageSchema,
  z.object({ type: z.literal('cancel'), id: z.string() }),
])

export type LoadMessage = z.infer<typeof loadMessageSchema>
export type GenerateMessage = z.infer<typeof generateMessageSchema>
export type ToEngine = z.infer<typeof toEngineSchema>

const failureSchema = z.object({
  code: z.enum([
    'model_file_invalid',
    'model_load_failed',
    'template_failed',
    'context_length_exceeded',
    'overloaded',
    'engine_failed',
  ]),
  message: z.string(),
  param: z.string().exactOptional(),
})

export type EngineFailure = z.infer<typeof failureSchema>

const usageSchema = z.object({
  promptTokens: z.int(),
  completionTokens: z.int(),
  cachedTokens: z.int(),
})

/** Something that happened to one request. */
const requestEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), id: z.string(), text: z.string() }),
  z.object({
    type: z.literal('finish'),
    id: z.string(),
    reason: z.enum(['stop', 'length']),
    usage: usageSchema,
    /** Of the decode phase; null for answers too short to tell. */
    tokensPerSecond: z.number().nullable(),
  }),
  z.object({ type: z.literal('failed'), id: z.string(), failure: failureSchema }),
])

export type RequestEvent = z.infer<typeof requestEventSchema>

export const fromEngineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), fraction: z.number() }),
  z.object({
    type: z.literal('loaded'),
    context: z.int(),
    slots: z.int(),
    gpu: z.string().nullable(),
  }),
  z.object({ type: z.literal('load-failed'), failure: failureSchema }),
  /** The request was read and its prompt rendered: the engine is alive, and the request waits or runs. */
  z.object({ type: z.literal('accepted'), id: z.string() }),
  /** Events of several requests travel together: one message costs as much as one token's work otherwise. */
  z.object({ type: z.literal('events'), events: z.array(requestEventSchema) }),
  z.object({ type: z.literal('memory'), bytes: z.int() }),
])

export type FromEngine = z.infer<typeof fromEngineSchema>
