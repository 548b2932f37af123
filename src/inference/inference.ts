import type { Backend } from '../chat/backend.ts'

/** How an engine is to run a model. What is absent, llmd chooses. */
export interface EngineOptions {
  /** Tokens one conversation may hold, prompt and answer together. */
  context?: number
  /** Requests answered at the same time. */
  slots?: number
  threads?: number
  gpuLayers?: 'auto' | number
}

/** A GGUF under the name that clients use. */
export interface LocalModel {
  name: string
  /** Absolute path; the file is used in place. */
  path: string
  options: EngineOptions
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
}

export interface EngineStatus {
  pid: number
  loadedAt: Date
  context: number
  slots: number
  slotsBusy: number
  queued: number
  /** Resident memory of the engine process. */
  memoryBytes: number
  /** Backend in use (`cuda`, `vulkan`, `metal`), null on CPU. */
  gpu: string | null
  /** Of the last finished answer. */
  tokensPerSecond: number | null
}

export type ModelState =
  | { state: 'unloaded' }
  | { state: 'loading' }
  | { state: 'ready'; engine: EngineStatus }

/** The local side of llmd: one engine process for each loaded model. Disposing it ends them all. */
export interface Inference extends AsyncDisposable {
  /**
   * Reads what a file says of itself, in a disposable process with a deadline.
   * @throws LlmdError `model_file_not_found`, `model_file_invalid`
   */
  inspect(path: string, signal?: AbortSignal): Promise<GgufSummary>
  /** Loads a model unless it is loaded; concurrent calls share one load. @throws LlmdError `model_load_failed` */
  load(model: LocalModel, signal?: AbortSignal): Promise<void>
  /** Ends the engine; false when there was none. @throws LlmdError `model_in_use` while it answers requests */
  unload(name: string): Promise<boolean>
  state(name: string): ModelState
  /** Answers for this model, loading it when it must. */
  backend(model: LocalModel): Backend
}
