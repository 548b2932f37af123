import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { ChatEvent } from '../chat/event.ts'
import type { ChatRequest } from '../chat/request.ts'
import { LlmdError } from '../errors.ts'
import type { Log } from '../log.ts'
import { childEnvironment } from './child-environment.ts'
import { createEventQueue, type EventQueue } from './event-queue.ts'
import type { LocalModel } from './inference.ts'
import { fromEngineSchema, type EngineFailure, type FromEngine, type ToEngine } from './protocol.ts'

export interface EngineProcess {
  readonly pid: number
  /** Whether it can take requests: false from the moment it is told to end, or was seen to. */
  readonly alive: boolean
  readonly loadedAt: Date
  readonly context: number
  readonly slots: number
  readonly gpu: string | null
  /** Requests it is working on or keeps waiting. */
  readonly active: number
  readonly memoryBytes: number
  readonly tokensPerSecond: number | null
  /** Resolves when the process is gone, whoever ended it. */
  readonly exited: Promise<void>
  /** @throws LlmdError `engine_failed` when the process ends before the answer does */
  stream(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatEvent>
  /** Ends the process at once and with it all that it was doing: only that gives all its memory back. */
  kill(): Promise<void>
}

export interface EngineDeadlines {
  /** Longest silence while loading: a load that makes progress may take as long as it needs. */
  loadSilenceMs: number
  /** Longest wait until a request is read and its prompt rendered; past it the process is stuck. */
  acceptMs: number
}

export interface StartEngineOptions {
  model: LocalModel
  /** The child's entry: worker.ts in a checkout, worker.js in a build. */
  workerPath: string
  env: NodeJS.ProcessEnv
  deadlines: EngineDeadlines
  /** Gives the load up. */
  signal: AbortSignal
  log: Log
}

interface Pending {
  events: EventQueue<ChatEvent>
  acceptTimer: NodeJS.Timeout
}

type Loaded = Extract<FromEngine, { type: 'loaded' }>

/** Lines of the child's stderr that are kept: llama.cpp says there why it aborts. */
const keptErrorLines = 20

/** Starts a process and loads the model in it. @throws LlmdError `model_file_invalid`, `model_load_failed` */
export async function startEngine(options: StartEngineOptions): Promise<EngineProcess> {
  const { model, deadlines, log } = options
  const child = fork(options.workerPath, {
    env: childEnvironment(options.env),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'json',
  })
  const fields = { model: model.name, pid: child.pid }
  const lastWords = collectErrors(child)
  let ending = false
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      ending = true
      resolve()
    }
    child.once('exit', end)
    child.once('error', end)
  })
  const kill = async () => {
    ending = true
    child.kill('SIGKILL')
    await exited
  }
  const alive = () => !ending && child.connected
  const giveUp = () => void kill()
  options.signal.addEventListener('abort', giveUp, { once: true })

  const requests = new Map<string, Pending>()
  let memoryBytes = 0
  let tokensPerSecond: number | null = null

  const send = (message: ToEngine) => {
    if (child.connected) child.send(message, () => {})
  }

  function settle(id: string): Pending | undefined {
    const pending = requests.get(id)
    clearTimeout(pending?.acceptTimer)
    requests.delete(id)
    return pending
  }

  function receive(message: FromEngine) {
    if (message.type === 'memory') memoryBytes = message.bytes
    if (message.type === 'accepted') clearTimeout(requests.get(message.id)?.acceptTimer)
    if (message.type !== 'events') return
    for (const event of message.events) {
      if (event.type === 'text') {
        requests.get(event.id)?.events.push({ type: 'text-delta', text: event.text })
      } else if (event.type === 'finish') {
        tokensPerSecond = event.tokensPerSecond ?? tokensPerSecond
        const pending = settle(event.id)
        pending?.events.push({ type: 'finish', reason: event.reason, usage: event.usage })
        pending?.events.end()
      } else {
        settle(event.id)?.events.fail(asError(event.failure))
      }
    }
  }

  async function* stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatEvent> {
    signal.throwIfAborted()
    const id = randomUUID()
    const events = createEventQueue<ChatEvent>()
    const acceptTimer = setTimeout(() => {
      log.error('the engine does not answer and is ended', fields)
      void kill()
    }, deadlines.acceptMs)
    const cancel = () => {
      settle(id)
      send({ type: 'cancel', id })
      events.fail(signal.reason)
    }
    requests.set(id, { events, acceptTimer })
    signal.addEventListener('abort', cancel, { once: true })
    try {
      // Between looking the engine up and getting here its process may have ended.
      if (!alive()) throw engineGone(model.name)
      send({ type: 'generate', id, request })
      yield* events
    } finally {
      signal.removeEventListener('abort', cancel)
      // The reader left before the end: nobody waits for the rest.
      if (settle(id)) send({ type: 'cancel', id })
    }
  }

  const failAll = () => {
    for (const id of requests.keys()) settle(id)?.events.fail(engineGone(model.name))
  }
  void exited.then(failAll)

  try {
    const loaded = await load({ child, model, deadlines, send, receive, exited, lastWords, log })
    const loadedAt = new Date()
    log.info('engine ready', { ...fields, context: loaded.context, slots: loaded.slots, gpu: loaded.gpu })
    const logEnd = () =>
      log.info('engine ended', {
        ...fields,
        code: child.exitCode,
        signal: child.signalCode,
        said: lastWords(),
      })
    void exited.then(logEnd)
    return {
      pid: child.pid ?? 0,
      get alive() {
        return alive()
      },
      loadedAt,
      context: loaded.context,
      slots: loaded.slots,
      gpu: loaded.gpu,
      get active() {
        return requests.size
      },
      get memoryBytes() {
        return memoryBytes
      },
      get tokensPerSecond() {
        return tokensPerSecond
      },
      exited,
      stream,
      kill,
    }
  } catch (error) {
    await kill()
    throw error
  } finally {
    options.signal.removeEventListener('abort', giveUp)
  }
}

function load(context: {
  child: ChildProcess
  model: LocalModel
  deadlines: EngineDeadlines
  send: (message: ToEngine) => void
  receive: (message: FromEngine) => void
  exited: Promise<void>
  lastWords: () => string
  log: Log
}): Promise<Loaded> {
  const { child, model, deadlines, send, receive, exited, lastWords, log } = context
  return new Promise((resolve, reject) => {
    const silent = setTimeout(() => {
      reject(loadFailed(model, `nothing was heard of the load for ${deadlines.loadSilenceMs / 1000} s`))
    }, deadlines.loadSilenceMs)
    child.on('message', (raw) => {
      const { data: message, error } = fromEngineSchema.safeParse(raw)
      if (!message) {
        log.error('the engine sent what cannot be understood and is ended', {
          model: model.name,
          reason: error.message,
        })
        child.kill('SIGKILL')
        return
      }
      silent.refresh()
      if (message.type === 'loaded') {
        clearTimeout(silent)
        resolve(message)
      } else if (message.type === 'load-failed') {
        clearTimeout(silent)
        reject(asError(message.failure))
      } else receive(message)
    })
    const onExit = () => {
      clearTimeout(silent)
      const how = child.signalCode ? `was ended by ${child.signalCode}` : `ended with ${child.exitCode}`
      reject(loadFailed(model, `its process ${how}. ${lastWords()}`.trim()))
    }
    // What it said last can still be on the way when it is gone.
    const heardOut = new Promise<void>((done) => {
      if (child.stderr) child.stderr.once('close', () => done())
      else done()
    })
    void Promise.all([exited, heardOut]).then(onExit)
    send({ type: 'load', path: model.path, ...model.options })
  })
}

function collectErrors(child: ChildProcess): () => string {
  let lines: string[] = []
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lines = [...lines, ...text.split('\n').filter((line) => line.trim() !== '')].slice(-keptErrorLines)
  })
  return () => lines.find((line) => /assert|abort|error|what\(\)/i.test(line))?.trim() ?? lines.at(-1) ?? ''
}

function asError({ code, message, param }: EngineFailure): LlmdError {
  return new LlmdError(code, message, param === undefined ? {} : { param })
}

function loadFailed(model: LocalModel, reason: string): LlmdError {
  return new LlmdError('model_load_failed', `The model ${model.name} could not be loaded: ${reason}`)
}

function engineGone(name: string): LlmdError {
  return new LlmdError('engine_failed', `The engine of ${name} ended while it worked on this request.`, {
    hint: 'Send the request again: the model is loaded anew.',
  })
}
