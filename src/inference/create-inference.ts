import type { Backend } from '../chat/backend.ts'
import type { ChatEvent } from '../chat/event.ts'
import { LlmdError } from '../errors.ts'
import type { Log } from '../log.ts'
import { startEngine, type EngineDeadlines, type EngineProcess } from './engine-process.ts'
import type { Inference, LocalModel, ModelState } from './inference.ts'
import { inspectFile } from './inspect-file.ts'

export interface InferenceOptions {
  /** Entries of the child processes: .ts in a checkout, .js in a build. */
  workerPath: string
  inspectPath: string
  env: NodeJS.ProcessEnv
  log: Log
  deadlines?: EngineDeadlines
}

/** A model's engine, from the first request that wants it until its process is gone. */
interface Entry {
  ready: EngineProcess | undefined
  loading: Promise<EngineProcess>
}

const defaultDeadlines: EngineDeadlines = { loadSilenceMs: 120_000, acceptMs: 10_000 }

export function createInference(options: InferenceOptions): Inference {
  const { workerPath, inspectPath, env, log, deadlines = defaultDeadlines } = options
  const engines = new Map<string, Entry>()
  const closing = new AbortController()

  /**
   * The engine of a model: the running one, the one being loaded, or a new one. Callers share one load, and it
   * begins when the process before it is gone and has given its memory back.
   */
  function ensureReady(model: LocalModel): Promise<EngineProcess> {
    if (closing.signal.aborted) return Promise.reject(shuttingDown())
    const running = engines.get(model.name)
    if (running?.ready?.alive === false) return running.ready.exited.then(() => ensureReady(model))
    if (running) return running.loading
    const forget = () => {
      if (engines.get(model.name) === entry) engines.delete(model.name)
    }
    const loading = startEngine({ model, workerPath, env, deadlines, signal: closing.signal, log }).then(
      (engine) => {
        entry.ready = engine
        void engine.exited.then(forget)
        return engine
      },
      (error: unknown) => {
        forget()
        throw closing.signal.aborted ? shuttingDown() : error
      },
    )
    const entry: Entry = { ready: undefined, loading }
    engines.set(model.name, entry)
    return loading
  }

  async function* stream(
    model: LocalModel,
    ...[request, signal]: Parameters<Backend['stream']>
  ): AsyncGenerator<ChatEvent> {
    let engine = await abortable(ensureReady(model), signal)
    // It may have been ended while the news of it was on the way.
    while (!engine.alive) engine = await abortable(ensureReady(model), signal)
    yield* engine.stream(request, signal)
  }

  return {
    inspect: (path, signal) => inspectFile({ path, childPath: inspectPath, ...(signal && { signal }) }),
    async load(model, signal) {
      await abortable(ensureReady(model), signal)
    },
    async unload(name) {
      const engine = await engines.get(name)?.loading.catch(() => undefined)
      if (!engine) return false
      if (engine.active > 0) {
        throw new LlmdError('model_in_use', `The model ${name} is answering ${engine.active} requests.`, {
          hint: 'Wait until they are done.',
        })
      }
      await engine.kill()
      return true
    },
    state: (name) => describe(engines.get(name)),
    backend: (model) => ({ stream: (request, signal) => stream(model, request, signal) }),
    async [Symbol.asyncDispose]() {
      closing.abort()
      await Promise.allSettled([...engines.values()].map(async ({ loading }) => (await loading).kill()))
    },
  }
}

function describe(entry: Entry | undefined): ModelState {
  if (!entry) return { state: 'unloaded' }
  const engine = entry.ready
  if (!engine) return { state: 'loading' }
  if (!engine.alive) return { state: 'unloaded' }
  return {
    state: 'ready',
    engine: {
      pid: engine.pid,
      loadedAt: engine.loadedAt,
      context: engine.context,
      slots: engine.slots,
      slotsBusy: Math.min(engine.active, engine.slots),
      queued: Math.max(0, engine.active - engine.slots),
      memoryBytes: engine.memoryBytes,
      gpu: engine.gpu,
      tokensPerSecond: engine.tokensPerSecond,
    },
  }
}

function shuttingDown(): LlmdError {
  return new LlmdError('shutting_down', 'llmd is shutting down.')
}

/** Stops waiting when the signal is aborted; the work goes on for whoever else waits for it. */
async function abortable<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return work
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([aborted, work])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
