import { cpus, availableParallelism } from 'node:os'
import { setImmediate as turn } from 'node:timers/promises'
import {
  getLlama,
  LlamaLogLevel,
  type LlamaContextSequence,
  type LlamaModel,
  type Token,
} from 'node-llama-cpp'
import type { SamplingParameters } from '../../chat/request.ts'
import { LlmdError } from '../../errors.ts'
import type { LoadMessage } from '../protocol.ts'
import type { LanguageModel, Sequence } from './language-model.ts'

export interface LoadedModel extends LanguageModel {
  readonly slots: number
  readonly gpu: string | null
  /** The model's own Jinja chat template, if it has one. */
  readonly chatTemplate: string | undefined
  readonly bosToken: string
  readonly eosToken: string
}

const defaultContext = 8192
const defaultSlots = 2

/**
 * Most tokens of all slots together. Merely to find out whether a context fits into memory takes about 50 bytes a
 * token: beyond this, that alone could use the memory up.
 */
const mostTokens = 2 ** 25

/** Loads a GGUF with llama.cpp. @throws LlmdError `model_load_failed` with what llama.cpp said about it */
export async function loadLlamaModel(
  message: LoadMessage,
  onProgress: (fraction: number) => void,
): Promise<LoadedModel> {
  const complaints: string[] = []
  const logger = (level: LlamaLogLevel, text: string) => {
    if (level === LlamaLogLevel.error || level === LlamaLogLevel.fatal) complaints.push(text.trim())
  }
  try {
    const llama = await getLlama({
      build: 'never',
      maxThreads: message.threads ?? freeCores(),
      logLevel: LlamaLogLevel.error,
      logger,
    })
    const model = await llama.loadModel({
      modelPath: message.path,
      onLoadProgress: onProgress,
      ...(message.gpuLayers !== undefined && { gpuLayers: message.gpuLayers }),
    })
    const slots = message.slots ?? defaultSlots
    const contextSize = message.context ?? Math.min(model.trainContextSize, defaultContext)
    if (contextSize * slots > mostTokens) {
      throw new Error(`${slots} slots of ${contextSize} tokens are more than ${mostTokens} tokens in all.`)
    }
    const context = await model.createContext({
      contextSize,
      sequences: slots,
      threads: message.threads ?? freeCores(),
      failedCreationRemedy: false,
    })
    return {
      // llama.cpp rounds up; what was asked for is what counts.
      context: contextSize,
      slots,
      gpu: llama.gpu === false ? null : llama.gpu,
      chatTemplate: model.fileInfo.metadata.tokenizer?.chat_template,
      bosToken: model.tokens.bosString ?? '',
      eosToken: model.tokens.eosString ?? '',
      sequences: Array.from({ length: slots }, () => asSequence(context.getSequence())),
      tokenize: (text) => tokenize(model, text),
      detokenize: (tokens, previous) => model.detokenize(asTokens(tokens), false, asTokens(previous)),
    }
  } catch (error) {
    // The log comes by another queue than the exception, and may be a turn late.
    await turn()
    const reason = reasonOf(error, complaints)
    throw new LlmdError('model_load_failed', `The model could not be loaded: ${reason}`, { cause: error })
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

/**
 * One core is left to the daemon. More threads than cores is the worst a setting can do here: the threads wait
 * for one another at every layer (measured: 0.2 instead of 143 tokens a second on two busy cores).
 */
function freeCores(): number {
  return Math.max(1, Math.min(availableParallelism(), cpus().length) - 1)
}

function tokenize(model: LlamaModel, text: string): number[] {
  const tokens: number[] = model.tokenize(text, true)
  const bos = model.tokens.shouldPrependBosToken ? model.tokens.bos : null
  return bos === null || tokens[0] === bos ? tokens : [bos, ...tokens]
}

/** The library marks its token numbers by a type of their own; to the rest of the engine they are numbers. */
function asTokens(tokens: readonly number[]): Token[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return tokens as Token[]
}

function asSequence(sequence: LlamaContextSequence): Sequence {
  return {
    commonPrefix: (tokens) => sequence.compareContextTokens(asTokens(tokens)).firstDifferentIndex,
    async keepPrefix(tokens) {
      await sequence.adaptStateToTokens(asTokens(tokens), false)
      return sequence.nextTokenIndex
    },
    prefill: (tokens) => sequence.evaluateWithoutGeneratingNewTokens(asTokens(tokens)),
    generate: (lastToken, sampling) => sequence.evaluate(asTokens([lastToken]), sampler(sampling)),
    clear: () => sequence.clearHistory(),
  }
}

/** llama.cpp's own defaults (top-k 40, min-p) would cut off what OpenAI's parameters leave in. */
function sampler({ temperature, topP, seed }: SamplingParameters) {
  if (temperature === 0) return { temperature: 0 }
  return { temperature, topP, topK: 0, minP: 0, seed: toSeed(seed) }
}

/** llama.cpp takes 32 bits; clients may send any whole number. */
function toSeed(seed: number | undefined): number {
  return seed === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(BigInt.asUintN(32, BigInt(seed)))
}
