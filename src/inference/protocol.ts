import { z } from 'zod'
import type { EmbeddingRequest, EmbeddingResult, RerankRequest, RerankResult } from '../chat/embedding.ts'
import type { ChatEvent } from '../chat/event.ts'
import type { ChatRequest, CompletionRequest } from '../chat/request.ts'
import type { ChatUsage } from '../chat/usage.ts'
import { errorCatalogue, type ErrorCode } from '../errors.ts'
import type { EngineOptions, GpuMemory } from './inference.ts'

/**
 * What the daemon and an engine process say to each other. Each side checks the frame of what it hears; what is in
 * it was checked where it entered llmd, or made by llmd itself.
 */

/** What an engine can be asked, and what it answers: a stream of events, or one result. */
export interface EngineAsks {
  chat: { ask: ChatRequest; answer: never }
  complete: { ask: CompletionRequest; answer: never }
  embed: { ask: EmbeddingRequest; answer: EmbeddingResult }
  rerank: { ask: RerankRequest; answer: RerankResult }
  tokenize: { ask: { text: string; special: boolean }; answer: number[] }
  detokenize: { ask: { tokens: number[] }; answer: string }
  render: { ask: ChatRequest; answer: string }
}

export type EngineAsk = {
  [Kind in keyof EngineAsks]: { kind: Kind; ask: EngineAsks[Kind]['ask'] }
}[keyof EngineAsks]

/** How far an answer is that is under way. */
export interface AnswerProgress {
  /** Of the ask. */
  id: string
  /** All that were drawn, of all its choices. */
  tokens: number
  /** Milliseconds since the first of them. */
  ms: number
}

const object = <Shape extends object>() =>
  z.custom<Shape>((value) => typeof value === 'object' && value !== null)

const loadMessageSchema = z.object({
  type: z.literal('load'),
  path: z.string(),
  options: object<EngineOptions>(),
  /** Where sequences are kept while they are copied, and while the model is not loaded. */
  stateFolder: z.string(),
})

export const toEngineSchema = z.discriminatedUnion('type', [
  /** Open llama.cpp: a model will be loaded one day, on the device that it chooses. */
  z.object({ type: z.literal('prepare') }),
  loadMessageSchema,
  z.object({ type: z.literal('ask'), id: z.string(), ask: object<EngineAsk>() }),
  z.object({ type: z.literal('cancel'), id: z.string() }),
  /** Write what the sequences hold to the state folder: the process is about to be ended. */
  z.object({ type: z.literal('save') }),
])

export type LoadMessage = z.infer<typeof loadMessageSchema>
export type ToEngine = z.infer<typeof toEngineSchema>

const failureSchema = z.object({
  code: z.custom<ErrorCode>((value) => typeof value === 'string' && Object.hasOwn(errorCatalogue, value)),
  message: z.string(),
  param: z.string().exactOptional(),
  hint: z.string().exactOptional(),
})

export type EngineFailure = z.infer<typeof failureSchema>

const askEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), id: z.string(), event: object<ChatEvent>() }),
  z.object({ type: z.literal('result'), id: z.string(), result: z.unknown() }),
  z.object({
    type: z.literal('failed'),
    id: z.string(),
    failure: failureSchema,
    /** What it had used, where it had begun. */
    usage: object<ChatUsage>().exactOptional(),
  }),
  /** The answer to `cancel`: what the ask had used. */
  z.object({ type: z.literal('cancelled'), id: z.string(), usage: object<ChatUsage>() }),
  /** It got a slot. May come later than it was. */
  z.object({ type: z.literal('turn'), id: z.string(), waitedMs: z.number() }),
  z.object({ type: z.literal('speed'), id: z.string(), tokensPerSecond: z.number() }),
])

/** Something that came of one ask. */
export type AskEvent = z.infer<typeof askEventSchema>

export const fromEngineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), fraction: z.number() }),
  z.object({
    type: z.literal('loaded'),
    context: z.int(),
    slots: z.int(),
    gpu: z.string().nullable(),
  }),
  z.object({ type: z.literal('load-failed'), failure: failureSchema }),
  /** The ask was understood: the engine is alive, and the answer is under way or waits for a slot. */
  z.object({ type: z.literal('accepted'), id: z.string() }),
  /** Events of several asks travel together: one message costs as much as one token's work otherwise. */
  z.object({ type: z.literal('events'), events: z.array(askEventSchema) }),
  /** The sign of life, and how the process does. */
  z.object({
    type: z.literal('heartbeat'),
    memoryBytes: z.int(),
    gpuMemory: object<GpuMemory>().nullable(),
    /** How many each slot holds. */
    slotTokens: z.array(z.int()),
    answers: z.array(object<AnswerProgress>()),
  }),
  z.object({ type: z.literal('saved') }),
])

export type FromEngine = z.infer<typeof fromEngineSchema>
