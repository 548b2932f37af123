import type { Backend } from '../chat/backend.ts'
import type { ErrorCode, LlmdError } from '../errors.ts'

/** How an engine is to run a model. What is absent, llmd chooses. */
export interface EngineOptions {
  /** Tokens one conversation may hold, prompt and answer together. */
  context?: number
  /** Requests answered at the same time. */
  slots?: number
  threads?: number
  /** `auto` takes the CPU where there is no GPU; one that is named must be there. */
  gpu?: 'auto' | 'cuda' | 'vulkan' | 'metal' | 'off'
  gpuLayers?: 'auto' | number
  /** Type of the key-value cache; f16 where absent. The quantized ones need flash attention. */
  kvType?: KvType
  flashAttention?: boolean
  /** Adapters, applied together. */
  lora?: LoraAdapter[]
  ropeScaling?: RopeScaling
}

export type KvType = 'f32' | 'f16' | 'q8_0' | 'q4_0'

interface LoraAdapter {
  /** Absolute path. */
  path: string
  /** 1 applies it as it was trained. */
  scale: number
}

/** Stretches the positions, for a context longer than the model was trained on. */
interface RopeScaling {
  type: 'linear' | 'yarn'
  factor: number
  /** Tokens of the context before it is stretched; the file's own where absent. */
  originalContext?: number
}

/** How long a model stays loaded. */
interface ResidencyOptions {
  /** Seconds after its last answer until it is unloaded; null is never, absent the default of the settings. */
  ttl?: number | null
  /** Never unloaded of llmd's own accord, neither for its age nor to make room. */
  pinned?: boolean
}

/** A GGUF under the name that clients use. */
export interface LocalModel {
  name: string
  /** Absolute path; the file is used in place. */
  path: string
  options: EngineOptions
  residency?: ResidencyOptions
  /** What its memory is reckoned from; without it, from the size of the file alone. */
  shape?: ModelShape
}

/** What a model's memory depends on, beside the size of its file. */
export interface ModelShape {
  trainedContext: number
  /** Numbers that each token leaves in the key-value cache, of all layers together. */
  cacheWidth: number
  /** Of these, the numbers in layers that look back `slidingWindow` tokens only. */
  slidingCacheWidth: number
  slidingWindow: number
  embeddingLength: number
  heads: number
  vocabulary: number
}

/** What a GGUF says of itself. */
export interface GgufSummary {
  path: string
  sizeBytes: number
  architecture: string
  /** `general.name`, where the author gave one. */
  title: string | null
  /** As in `Q4_K_M`, from the file type or else the commonest tensor type. */
  quantization: string
  /** Number of weights. */
  parameters: number
  /** Longest context it was trained on, in tokens. */
  trainedContext: number
  shape: ModelShape
}

/** Memory of the GPUs that an engine computes on, all together and whoever uses it. */
export interface GpuMemory {
  /** As the device is called; several are named with commas between. */
  name: string
  usedBytes: number
  totalBytes: number
}

export interface EngineStatus {
  pid: number
  loadedAt: Date
  context: number
  slots: number
  slotsBusy: number
  /** Tokens that each slot holds, of the conversation it is in or was in last; a second old at most. */
  slotTokens: readonly number[]
  queued: number
  /** Resident memory of the engine process. */
  memoryBytes: number
  /** Backend in use (`cuda`, `vulkan`, `metal`), null on CPU. */
  gpu: string | null
  /** Of the last finished answer. */
  tokensPerSecond: number | null
  /** When it will be unloaded if nobody asks; null while it answers, and where it stays. */
  unloadAt: Date | null
  pinned: boolean
}

export type ModelState =
  | { state: 'unloaded' }
  /** `progress` runs from 0 to 1. */
  | { state: 'loading'; progress: number }
  | { state: 'ready'; engine: EngineStatus }

/**
 * What happens to a model: it is `loading`, several times, from 0 to 1, then `loaded` or `failed`; one that is loaded
 * is `unloaded` in the end, and so is one whose load was given up.
 */
export type ModelEvent =
  | { type: 'model.loading'; name: string; progress: number }
  | { type: 'model.loaded'; name: string; ms: number }
  | { type: 'model.unloaded'; name: string; reason: UnloadReason }
  | { type: 'model.failed'; name: string; code: ErrorCode; message: string }

/** Why an engine ended: its time was up, its room was needed, it was asked for, or nobody told it to. */
export type UnloadReason = 'ttl' | 'evicted' | 'asked' | 'crashed'

/** What became of trying a model out. */
export interface ModelCheck {
  file: GgufSummary
  /** Estimate of what it takes, and what all models together may take. */
  memory: { neededBytes: number; budgetBytes: number }
  /** Since when it was loaded no more, for its engine had crashed too often; null where it was not. */
  quarantinedSince: Date | null
  /** Why it does not load; null when it does, which ends the quarantine. */
  failure: LlmdError | null
}

/** The local side of llmd: one engine process for each loaded model. Disposing it ends them all. */
export interface Inference extends AsyncDisposable {
  /**
   * Reads what a file says of itself, in a disposable process with a deadline.
   * @throws LlmdError `model_file_not_found`, `model_file_invalid`
   */
  inspect(path: string, signal?: AbortSignal): Promise<GgufSummary>
  /**
   * Loads a model unless it is loaded; concurrent calls share one load. Where there is no room, idle models are
   * unloaded, the longest unused first; if those in use hold the room, the call waits for them.
   * @throws LlmdError `model_load_failed`, `model_quarantined`, `model_too_large`, `gpu_unavailable`; `overloaded`
   * when no room came free in time, or the machine runs low on memory
   */
  load(model: LocalModel, signal?: AbortSignal): Promise<void>
  /** Ends the engine, or gives its load up; false when there was none. @throws LlmdError `model_in_use` while it answers requests */
  unload(name: string): Promise<boolean>
  /**
   * From now on the model counts as pinned, loaded or not, until what is returned is disposed of. It does not load it.
   */
  hold(name: string): Disposable
  state(name: string): ModelState
  /** As the engines that run see them: none where none runs, or none on a GPU. */
  gpus(): GpuMemory[]
  /** What a model takes, as far as that can be told without loading it, and what all together may take. */
  estimate(model: LocalModel): Promise<{ neededBytes: number; budgetBytes: number }>
  /**
   * Reads the file, and loads it unless it is loaded, quarantined or not; an engine started for this is ended again.
   * @throws LlmdError `model_file_not_found`, `model_file_invalid`
   */
  check(model: LocalModel, signal?: AbortSignal): Promise<ModelCheck>
  /** Answers for this model, loading it when it must. */
  backend(model: LocalModel): Backend
}
