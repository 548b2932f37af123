import { availableParallelism } from 'node:os'
import { setImmediate as turn } from 'node:timers/promises'
import type { Llama, LlamaContextOptions, LlamaModel, LlamaModelOptions } from 'node-llama-cpp'
import { LlmdError } from '../../errors.ts'
import { chosenSizes } from '../engine-defaults.ts'
import type { EngineOptions, GpuMemory } from '../inference.ts'
import { createGrammarCache } from './grammar-cache.ts'
import { freeCores } from './free-cores.ts'
import { readGpuMemory } from './gpu-memory.ts'
import type { LanguageModel } from './language-model.ts'
import { asTokens } from './as-tokens.ts'
import { createLlamaSequence } from './llama-sequence.ts'
import type { OpenLlama } from './open-llama.ts'
import { createVectorModel, type VectorModel } from './vector-model.ts'

export interface LoadedModel extends LanguageModel {
  readonly slots: number
  readonly gpu: string | null
  gpuMemory(): Promise<GpuMemory | null>
  /** Number of its tokens: they count from 0. */
  readonly vocabulary: number
  /** The model's own Jinja chat template, if it has one. */
  readonly chatTemplate: string | undefined
  readonly bosToken: string
  readonly eosToken: string
  /** Bytes of the longest text that is one token. */
  readonly longestToken: number
  /** Tokens of a prompt: special tokens written in the text become those tokens. */
  tokenizePrompt(text: string): number[]
  tokenize(text: string, options: { special: boolean }): number[]
  /** The tokens around a gap to fill; absent where the model was not taught to. */
  readonly infill: { prefix: number; suffix: number; middle: number } | undefined
  /** Absent where the model makes no vectors. */
  readonly vectors: VectorModel | undefined
}

/** Floats of logits that are held at a time: 8 MB. */
const mostLogits = 2 ** 21

/** More at once gain nothing beside what reading their logits costs. */
const mostScored = 64

/**
 * Most tokens of all slots together. Merely to find out whether a context fits into memory takes about 50 bytes a
 * token: beyond this, that alone could use the memory up.
 */
const mostTokens = 2 ** 25

export interface LoadLlamaModelOptions extends OpenLlama {
  path: string
  /** As the file names it. */
  architecture: string
  options: EngineOptions
  /** From 0 to 1. */
  onProgress: (fraction: number) => void
}

/**
 * Loads a GGUF with llama.cpp.
 * @throws LlmdError `model_load_failed` with what llama.cpp said about it
 */
export async function loadLlamaModel(load: LoadLlamaModelOptions): Promise<LoadedModel> {
  const { llama, complaints, path, architecture, options, onProgress } = load
  try {
    // More than there are would keep one another waiting for ever.
    const threads = Math.min(options.threads ?? freeCores(), availableParallelism())
    llama.maxThreads = threads
    const model = await llama.loadModel({
      modelPath: path,
      onLoadProgress: onProgress,
      ...(options.gpuLayers !== undefined && { gpuLayers: options.gpuLayers }),
      ...ropeOverrides(architecture, options),
    })
    return await describe(llama, model, options, threads)
  } catch (error) {
    // The log comes by another queue than the exception, and may be a turn late.
    await turn()
    const reason = reasonOf(error, complaints)
    throw new LlmdError('model_load_failed', `The model could not be loaded: ${reason}`, { cause: error })
  }
}

async function describe(
  llama: Llama,
  model: LlamaModel,
  options: EngineOptions,
  threads: number,
): Promise<LoadedModel> {
  const { slots, context: contextSize } = chosenSizes(options, model.trainContextSize)
  if (contextSize * slots > mostTokens) {
    throw new Error(`${slots} slots of ${contextSize} tokens are more than ${mostTokens} tokens in all.`)
  }
  const vectors = await createVectorModel({ model, contextSize, threads })
  const context = vectors?.onlyVectors
    ? undefined
    : await model.createContext({
        contextSize,
        sequences: slots,
        threads,
        failedCreationRemedy: false,
        ...contextOptions(options),
      })
  const { prefix, suffix, middle } = model.tokens.infill
  const vocabulary = model.fileInfo.metadata.tokenizer?.ggml?.tokens?.length ?? 0
  return {
    // llama.cpp rounds up; what was asked for is what counts.
    context: contextSize,
    slots,
    gpu: llama.gpu === false ? null : llama.gpu,
    gpuMemory: () => readGpuMemory(llama),
    vocabulary,
    scoredAtOnce: Math.max(1, Math.min(mostScored, Math.floor(mostLogits / Math.max(1, vocabulary)))),
    chatTemplate: model.fileInfo.metadata.tokenizer?.chat_template,
    bosToken: model.tokens.bosString ?? '',
    eosToken: model.tokens.eosString ?? '',
    sequences: context
      ? Array.from({ length: slots }, () => createLlamaSequence({ model, sequence: context.getSequence() }))
      : [],
    compileGrammar: createGrammarCache((gbnf) => llama.createGrammar({ grammar: gbnf })),
    longestToken: longestToken(model),
    tokenizePrompt: (text) => tokenizePrompt(model, text),
    tokenize: (text, { special }) => model.tokenize(text, special),
    detokenize: (tokens, previous, { special } = { special: false }) =>
      model.detokenize(asTokens(tokens), special, asTokens(previous)),
    infill: prefix === null || suffix === null || middle === null ? undefined : { prefix, suffix, middle },
    vectors,
  }
}

/** The file's own facts about its positions, overridden: llama.cpp takes the scaling from there. */
function ropeOverrides(
  architecture: string,
  { ropeScaling }: EngineOptions,
): Pick<LlamaModelOptions, 'metadataOverrides'> {
  if (!ropeScaling) return {}
  const { type, factor, originalContext } = ropeScaling
  const scaling = {
    type,
    factor: asFloat(factor),
    ...(originalContext !== undefined && { original_context_length: originalContext }),
  }
  return { metadataOverrides: { [architecture]: { rope: { scaling } } } }
}

/**
 * The library hands whole numbers on as integers, and llama.cpp passes over an integer where it wants a float. This is
 * whole no more, and as a float of 32 bits the same.
 */
function asFloat(value: number): number {
  return value * (1 + 2 ** -30)
}

const cacheTypes = { f32: 'F32', f16: 'F16', q8_0: 'Q8_0', q4_0: 'Q4_0' } as const

function contextOptions({ kvType, flashAttention, lora }: EngineOptions): Partial<LlamaContextOptions> {
  return {
    ...(kvType && {
      experimentalKvCacheKeyType: cacheTypes[kvType],
      experimentalKvCacheValueType: cacheTypes[kvType],
    }),
    ...(flashAttention !== undefined && { flashAttention }),
    ...(lora && { lora: { adapters: lora.map(({ path, scale }) => ({ filePath: path, scale })) } }),
  }
}

const vague = /failed to (load model|create context)$/i

/** Often "Failed to load model" is all that the exception says, and the reason came through the log. */
function reasonOf(error: unknown, complaints: readonly string[]): string {
  const said = error instanceof Error ? error.message : String(error)
  const complaint = complaints.findLast((line) => !vague.test(line))
  if (!complaint || !vague.test(said)) return said
  return complaint.replace(/^\w+: (error loading model: )?/, '')
}

function longestToken(model: LlamaModel): number {
  // Tokens of bytes are written as characters of up to two bytes here: too long a length does no harm.
  const tokens = model.fileInfo.metadata.tokenizer?.ggml.tokens ?? []
  return tokens.reduce((longest, token) => Math.max(longest, Buffer.byteLength(token)), 1)
}

function tokenizePrompt(model: LlamaModel, text: string): number[] {
  const tokens: number[] = model.tokenize(text, true)
  const bos = model.tokens.shouldPrependBosToken ? model.tokens.bos : null
  return bos === null || tokens[0] === bos ? tokens : [bos, ...tokens]
}
