// The engine process: one model, told what to do by the daemon that forked it. It has no keys, no database and
// no network; a file that crashes llama.cpp takes only this process with it.
import { type ChatUsage, noUsage } from '../chat/usage.ts'
import { toLlmdError } from '../errors.ts'
import { loadEngine, type Engine } from './engine/load-engine.ts'
import type { OpenLlama } from './engine/open-llama.ts'
import { createOutbox } from './engine/outbox.ts'
import { exitWithParent } from './exit-with-parent.ts'
import type { GpuMemory } from './inference.ts'
import {
  toEngineSchema,
  type EngineAsk,
  type EngineFailure,
  type FromEngine,
  type LoadMessage,
} from './protocol.ts'

const heartbeatMs = 1000

function send(message: FromEngine): void {
  process.send?.(message)
}

const { emit, forget } = createOutbox(send)

function asFailure(error: unknown): EngineFailure {
  const { code, message, param, hint } = toLlmdError(error)
  if (code !== 'internal_error') {
    return { code, message, ...(param !== undefined && { param }), ...(hint !== undefined && { hint }) }
  }
  const reason = error instanceof Error ? error.message : String(error)
  return { code: 'engine_failed', message: `The engine could not go on with this request: ${reason}` }
}

async function prepare(): Promise<OpenLlama | undefined> {
  const { openLlama } = await import('./engine/open-llama.ts')
  // What goes wrong here goes wrong again when a model is loaded, and is told then.
  return openLlama('auto').catch(() => undefined)
}

async function load(
  message: LoadMessage,
  preparing: Promise<OpenLlama | undefined> | undefined,
): Promise<Engine | undefined> {
  try {
    const engine = await loadEngine(message, {
      prepared: await preparing,
      onProgress: (fraction) => send({ type: 'progress', fraction }),
    })
    const { context, slots, gpu } = engine.model
    send({ type: 'loaded', context, slots, gpu })
    const beat = createHeart(engine)
    beat()
    setInterval(beat, heartbeatMs).unref()
    return engine
  } catch (error) {
    send({ type: 'load-failed', failure: asFailure(error) })
    return undefined
  }
}

async function ask(engine: Engine, id: string, question: EngineAsk): Promise<void> {
  const fail = (error: unknown, usage?: ChatUsage) =>
    emit({ type: 'failed', id, failure: asFailure(error), ...(usage && { usage }) })
  const answer = engine.ask(id, question, {
    event: (event) => emit({ type: 'event', id, event }),
    tokensPerSecond: (tokensPerSecond) => emit({ type: 'speed', id, tokensPerSecond }),
    turn: (waitedMs) => emit({ type: 'turn', id, waitedMs }),
    fail,
  })
  // All that could take too long was done before the first wait: the prompt is rendered and its schema read.
  send({ type: 'accepted', id })
  try {
    const result = await answer
    const streams = question.kind === 'chat' || question.kind === 'complete'
    if (!streams) emit({ type: 'result', id, result })
  } catch (error) {
    fail(error)
  }
}

/** Says that this process is alive, and how it does. */
function createHeart(engine: Engine): () => void {
  const { model } = engine
  let gpuMemory: GpuMemory | null = null
  return () => {
    send({
      type: 'heartbeat',
      memoryBytes: process.memoryUsage.rss(),
      gpuMemory,
      slotTokens: model.sequences.map(({ length }) => length),
      answers: engine.progress(),
    })
    // A driver that does not answer must not make this process look dead: what it says is told with the next beat.
    void model.gpuMemory().then(
      (memory) => (gpuMemory = memory),
      () => {},
    )
  }
}

function main(): void {
  exitWithParent()
  let engine: Engine | undefined
  let preparing: ReturnType<typeof prepare> | undefined
  const start = async (message: LoadMessage) => {
    engine = await load(message, preparing)
  }
  const save = async () => {
    await engine?.kept.save()
    send({ type: 'saved' })
  }
  process.on('message', (raw) => {
    const message = toEngineSchema.parse(raw)
    if (message.type === 'load') {
      void start(message)
    } else if (message.type === 'prepare') preparing = prepare()
    else if (message.type === 'save') void save()
    else if (message.type === 'cancel') {
      const usage = engine?.cancel(message.id) ?? noUsage
      forget(message.id)
      emit({ type: 'cancelled', id: message.id, usage })
    } else if (engine) void ask(engine, message.id, message.ask)
    else throw new Error('There was an ask before the model was loaded.')
  })
}

main()
