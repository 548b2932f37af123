import type { AnswerObserver, Backend } from '../chat/backend.ts'
import type { ChatEvent } from '../chat/event.ts'
import { LlmdError, toLlmdError } from '../errors.ts'
import type { Log } from '../log.ts'
import { startEngine, type EngineDeadlines, type EngineProcess } from './engine-process.ts'
import type { Inference, LocalModel, ModelEvent } from './inference.ts'
import { inspectFile } from './inspect-file.ts'
import { pruneStateFolders } from './prune-state-folders.ts'
import { createResidency } from './residency/create-residency.ts'
import { estimateMemory } from './residency/estimate-memory.ts'
import { memoryBudget } from './residency/memory-budget.ts'
import { availableMemory } from './residency/available-memory.ts'
import { createQuarantine, type CrashTable } from './residency/quarantine.ts'
import { createSpareEngine } from './residency/spare-engine.ts'
import { sparedBytes, watchMemory } from './residency/watch-memory.ts'
import { stateFolder } from './state-folder.ts'

/** `keptBytes`, `memoryBytes` and `ttl` may change at any time; models that are loaded stay so. */
export interface InferenceOptions {
  /** Entries of the child processes: .ts in a checkout, .js in a build. */
  workerPath: string
  inspectPath: string
  env: NodeJS.ProcessEnv
  /** Where what is kept of conversations lies while they are not in memory. */
  stateRoot: string
  /** How many bytes of it may lie there while no model is loaded; 0 keeps nothing. */
  readonly keptBytes: number
  /** Remembers which files crash their engines. */
  crashes: CrashTable
  /** Hears what happens to models, as it happens. */
  onEvent: (event: ModelEvent) => void
  log: Log
  /** Bytes that all models together may take; 0, or absent, is what suits the machine. */
  readonly memoryBytes?: number
  /** Bytes that the machine can still give; null where that is not known. */
  available?: () => number | null
  /** Seconds that an unused model stays loaded unless it says itself; null, or absent, is for good. */
  readonly ttl?: number | null
  /** Whether a process waits, with llama.cpp open, for the next model to be loaded. */
  warmSpare?: boolean
  /** How long a request waits for room that models in use hold. */
  roomWaitMs?: number
  deadlines?: EngineDeadlines
}

const defaultDeadlines: EngineDeadlines = {
  loadSilenceMs: 120_000,
  acceptMs: 10_000,
  silenceMs: 15_000,
  saveMs: 2000,
}

export function createInference(options: InferenceOptions): Inference {
  const { workerPath, inspectPath, env, stateRoot, log, deadlines = defaultDeadlines } = options
  const quarantine = createQuarantine({ table: options.crashes, log })
  const foldersInUse = new Set<string>()
  const prune = () => pruneStateFolders(stateRoot, { budgetBytes: options.keptBytes, inUse: foldersInUse })
  const spare = createSpareEngine({ workerPath, env, enabled: options.warmSpare ?? false })
  const budget = () => memoryBudget(options.memoryBytes ?? 0)
  const available = options.available ?? availableMemory
  const residency = createResidency({
    async start(model, { signal, onProgress }) {
      const folder = await stateFolder(stateRoot, model)
      const onCrash = await quarantine.watch(model.path)
      signal.throwIfAborted()
      foldersInUse.add(folder)
      const leave = () => {
        foldersInUse.delete(folder)
        return prune()
      }
      try {
        const engine = await startEngine({
          model,
          child: spare.take(model.options),
          stateFolder: folder,
          deadlines,
          signal,
          onProgress,
          onCrash,
          log,
        })
        void engine.exited.then(leave)
        return engine
      } catch (error) {
        foldersInUse.delete(folder)
        throw error
      } finally {
        // Not sooner: to start another process would slow the load down.
        spare.refill()
      }
    },
    onEvent: options.onEvent,
    get budgetBytes() {
      return budget()
    },
    get availableBytes() {
      // What the operator has set holds: on a GPU models take little of the machine's own memory.
      const bytes = options.memoryBytes ? null : available()
      return bytes === null ? null : Math.max(0, bytes - sparedBytes)
    },
    get defaultTtl() {
      return options.ttl ?? null
    },
    roomWaitMs: options.roomWaitMs ?? 60_000,
  })
  const memoryWatch = watchMemory({ available, evictOne: () => residency.evictOne(), log })
  spare.refill()
  void prune()

  async function admit(model: LocalModel): Promise<number> {
    if (await quarantine.heldSince(model.path)) throw quarantined(model)
    return estimateMemory(model)
  }

  async function* streaming(
    model: LocalModel,
    signal: AbortSignal,
    observer: AnswerObserver | undefined,
    work: (engine: EngineProcess) => AsyncIterable<ChatEvent>,
  ): AsyncGenerator<ChatEvent> {
    using loan = await residency.borrow(model, admit, signal)
    observer?.onReady()
    yield* work(loan.engine)
  }

  async function asking<Answer>(
    model: LocalModel,
    signal: AbortSignal,
    work: (engine: EngineProcess) => Promise<Answer>,
    observer?: AnswerObserver,
  ): Promise<Answer> {
    using loan = await residency.borrow(model, admit, signal)
    observer?.onReady()
    return await work(loan.engine)
  }

  function backend(model: LocalModel): Backend {
    return {
      stream: (request, signal, observer) =>
        streaming(model, signal, observer, (engine) => engine.stream('chat', request, signal, observer)),
      complete: (request, signal, observer) =>
        streaming(model, signal, observer, (engine) => engine.stream('complete', request, signal, observer)),
      embed: (request, signal, observer) =>
        asking(model, signal, (engine) => engine.ask('embed', request, signal, observer), observer),
      rerank: (request, signal, observer) =>
        asking(model, signal, (engine) => engine.ask('rerank', request, signal, observer), observer),
      tokenize: (text, { special }, signal) =>
        asking(model, signal, (engine) => engine.ask('tokenize', { text, special }, signal)),
      detokenize: (tokens, signal) =>
        asking(model, signal, (engine) => engine.ask('detokenize', { tokens }, signal)),
      renderPrompt: (request, signal) =>
        asking(model, signal, (engine) => engine.ask('render', request, signal)),
    }
  }

  /** What keeps the model from being loaded, quarantine aside; null where nothing does. */
  async function tryLoading(model: LocalModel, signal: AbortSignal | undefined): Promise<LlmdError | null> {
    const wasLoaded = residency.state(model.name).state !== 'unloaded'
    try {
      await residency.load(model, estimateMemory, signal)
    } catch (error) {
      signal?.throwIfAborted()
      return toLlmdError(error)
    }
    await quarantine.release(model.path)
    // Where requests came for it meanwhile, it stays.
    if (!wasLoaded) await residency.unload(model.name).catch(() => {})
    return null
  }

  const inspect: Inference['inspect'] = (path, signal) =>
    inspectFile({ path, childPath: inspectPath, ...(signal && { signal }) })

  return {
    inspect,
    load: (model, signal) => residency.load(model, admit, signal),
    unload: (name) => residency.unload(name),
    hold: (name) => residency.hold(name),
    state: (name) => residency.state(name),
    gpus: () => residency.gpus(),
    async estimate(model) {
      return { neededBytes: await estimateMemory(model), budgetBytes: budget() }
    },
    async check(model, signal) {
      const file = await inspect(model.path, signal)
      const current = { ...model, shape: file.shape }
      const memory = { neededBytes: await estimateMemory(current), budgetBytes: budget() }
      const quarantinedSince = await quarantine.heldSince(model.path)
      const failure = await tryLoading(current, signal)
      return { file, memory, quarantinedSince, failure }
    },
    backend,
    async [Symbol.asyncDispose]() {
      memoryWatch[Symbol.dispose]()
      spare[Symbol.dispose]()
      await residency[Symbol.asyncDispose]()
    },
  }
}

function quarantined({ name }: LocalModel): LlmdError {
  return new LlmdError('model_quarantined', `The model ${name} is not loaded: its engine crashed twice.`, {
    hint: `Try it out, and if it loads release it, with: llmd models check ${name}`,
  })
}
