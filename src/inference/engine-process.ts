import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { LlmdError } from '../errors.ts'
import type { Log } from '../log.ts'
import { asError, createAskMultiplexer, type AskMultiplexer } from './ask-multiplexer.ts'
import type { GpuMemory, LocalModel } from './inference.ts'
import { fromEngineSchema, type FromEngine, type ToEngine } from './protocol.ts'

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
  readonly gpuMemory: GpuMemory | null
  /** How many each slot holds. */
  readonly slotTokens: readonly number[]
  readonly tokensPerSecond: number | null
  /** Resolves when the process is gone, whoever ended it. */
  readonly exited: Promise<void>
  /** Asks for what comes in events. @throws LlmdError `engine_failed` when the process ends before the answer does */
  stream: AskMultiplexer['stream']
  /** Asks for one result. @throws LlmdError `engine_failed` likewise */
  ask: AskMultiplexer['ask']
  /** Ends the process, once it has written down what it holds of conversations. */
  end(): Promise<void>
  /** Ends the process at once and with it all that it was doing: only that gives all its memory back. */
  kill(): Promise<void>
}

export interface EngineDeadlines {
  /** Longest silence while loading: a load that makes progress may take as long as it needs. */
  loadSilenceMs: number
  /** Longest wait until a request is read and its prompt rendered; past it the process is stuck. */
  acceptMs: number
  /** Longest silence while it has something to do: it makes itself heard every second. */
  silenceMs: number
  /** Longest wait for what a process writes down before its end. */
  saveMs: number
}

export interface StartEngineOptions {
  model: LocalModel
  /** As forkEngine made it; it belongs to the engine from here on. */
  child: ChildProcess
  /** For what is kept of conversations: this file's with these options, and no other's. */
  stateFolder: string
  deadlines: EngineDeadlines
  /** Gives the load up. */
  signal: AbortSignal
  /** From 0 to 1. */
  onProgress: (fraction: number) => void
  /** The process ended untold while it loaded or answered, or stopped in the middle of the load. */
  onCrash: () => void
  log: Log
}

type Loaded = Extract<FromEngine, { type: 'loaded' }>

/** Lines of the child's stderr that are kept: llama.cpp says there why it aborts. */
const keptErrorLines = 20

/** So many of them are logged: what an engine says over and over would drown the rest. */
const loggedErrorLines = 100

/** Loads the model in the process. @throws LlmdError `model_file_invalid`, `model_load_failed` */
export async function startEngine(options: StartEngineOptions): Promise<EngineProcess> {
  const { model, child, stateFolder, deadlines, onProgress, onCrash, log } = options
  const fields = { model: model.name, pid: child.pid }
  let told = 0
  const lastWords = collectErrors(child, (line) => {
    told += 1
    if (told <= loggedErrorLines) log.warn('the engine says', { ...fields, line })
  })
  let ending = false
  let crashed = false
  let isLoaded = false
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      ending = true
      resolve()
    }
    child.once('exit', () => {
      crashed = !ending
      if (crashed && (!isLoaded || asks.active > 0)) onCrash()
      end()
    })
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

  const send = (message: ToEngine) => {
    if (child.connected) child.send(message, () => {})
  }

  const asks = createAskMultiplexer({
    send,
    alive,
    acceptMs: deadlines.acceptMs,
    gone: () => engineGone(model.name),
    onStuck() {
      log.error('the engine does not answer and is ended', fields)
      void kill()
    },
  })
  let lastHeard = performance.now()
  const watchdog = setInterval(() => {
    if (asks.active === 0 || performance.now() - lastHeard < deadlines.silenceMs) return
    log.error('nothing is heard of the engine and it is ended', fields)
    void kill()
  }, deadlines.silenceMs / 10).unref()
  let memoryBytes = 0
  let gpuMemory: GpuMemory | null = null
  let slotTokens: readonly number[] = []
  const saved = Promise.withResolvers<void>()

  function receive(message: FromEngine) {
    lastHeard = performance.now()
    if (message.type === 'heartbeat') {
      ;({ memoryBytes, gpuMemory, slotTokens } = message)
      asks.receive(message)
    } else if (message.type === 'progress') onProgress(message.fraction)
    else if (message.type === 'saved') saved.resolve()
    else asks.receive(message)
  }

  /** Lets it write down what it holds of conversations, if that is quickly done, and ends it. */
  const end = async () => {
    if (alive()) {
      ending = true
      send({ type: 'save' })
      const timer = new AbortController()
      await Promise.race([
        saved.promise,
        exited,
        delay(deadlines.saveMs, undefined, { signal: timer.signal }).catch(() => {}),
      ])
      timer.abort()
    }
    await kill()
  }

  const tidyUp = () => {
    clearInterval(watchdog)
    asks.failAll()
  }
  void exited.then(tidyUp)

  try {
    const loaded = await load({
      child,
      model,
      stateFolder,
      deadlines,
      send,
      receive,
      onSilence: onCrash,
      exited,
      lastWords,
      log,
    })
    isLoaded = true
    const loadedAt = new Date()
    log.info('engine ready', { ...fields, context: loaded.context, slots: loaded.slots, gpu: loaded.gpu })
    const logEnd = () => {
      const how = { ...fields, code: child.exitCode, signal: child.signalCode }
      if (crashed) log.error('engine crashed', { ...how, said: lastWords() })
      else log.info('engine ended', how)
    }
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
        return asks.active
      },
      get memoryBytes() {
        return memoryBytes
      },
      get gpuMemory() {
        return gpuMemory
      },
      get slotTokens() {
        return slotTokens
      },
      get tokensPerSecond() {
        return asks.tokensPerSecond
      },
      exited,
      stream: asks.stream,
      ask: asks.ask,
      end,
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
  stateFolder: string
  deadlines: EngineDeadlines
  send: (message: ToEngine) => void
  receive: (message: FromEngine) => void
  onSilence: () => void
  exited: Promise<void>
  lastWords: () => string
  log: Log
}): Promise<Loaded> {
  const { child, model, stateFolder, deadlines, send, receive, onSilence, exited, lastWords, log } = context
  return new Promise((resolve, reject) => {
    const silent = setTimeout(() => {
      onSilence()
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
    send({ type: 'load', path: model.path, options: model.options, stateFolder })
  })
}

function collectErrors(child: ChildProcess, onLine: (line: string) => void): () => string {
  let lines: string[] = []
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const said = text.split('\n').filter((line) => line.trim() !== '')
    for (const line of said) onLine(line)
    lines = [...lines, ...said].slice(-keptErrorLines)
  })
  return () => lines.find((line) => /assert|abort|error|what\(\)/i.test(line))?.trim() ?? lines.at(-1) ?? ''
}

function loadFailed(model: LocalModel, reason: string): LlmdError {
  return new LlmdError('model_load_failed', `The model ${model.name} could not be loaded: ${reason}`)
}

function engineGone(name: string): LlmdError {
  return new LlmdError('engine_failed', `The engine of ${name} ended while it worked on this request.`, {
    hint: 'Send the request again: the model is loaded anew.',
  })
}
