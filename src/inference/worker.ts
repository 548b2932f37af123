// The engine process: one model, told what to do by the daemon that forked it. It has no keys, no database and
// no network; a file that crashes llama.cpp takes only this process with it.
import { toLlmdError } from '../errors.ts'
import { createGenerator, type Generator } from './engine/generator.ts'
import type { LoadedModel } from './engine/llama-model.ts'
import { createOutbox } from './engine/outbox.ts'
import { exitWithParent } from './exit-with-parent.ts'
import { readModelFile } from './gguf/read-model-file.ts'
import {
  toEngineSchema,
  type EngineFailure,
  type FromEngine,
  type GenerateMessage,
  type LoadMessage,
} from './protocol.ts'
import { createChatRenderer, type ChatRenderer } from './template/render-chat.ts'

const memoryReportMs = 1000
const prefillAlone = 512
const prefillBesideDecode = 96
const maxWaiting = 256

interface Engine {
  model: LoadedModel
  chat: ChatRenderer
  generator: Generator
}

function send(message: FromEngine): void {
  process.send?.(message)
}

const emit = createOutbox(send)

async function load(message: LoadMessage): Promise<Engine> {
  // llama.cpp aborts the process on some of what this check finds; here it becomes an error that says what.
  readModelFile(message.path)
  // The library takes longer to import than a bad file to be found out.
  const { loadLlamaModel } = await import('./engine/llama-model.ts')
  const model = await loadLlamaModel(message, (fraction) => send({ type: 'progress', fraction }))
  const chat = createChatRenderer({
    template: model.chatTemplate,
    bosToken: model.bosToken,
    eosToken: model.eosToken,
  })
  const generator = createGenerator({
    model,
    limits: { prefillAlone, prefillBesideDecode },
    maxWaiting,
    emit,
  })
  return { model, chat, generator }
}

function generate({ model, chat, generator }: Engine, { id, request }: GenerateMessage): void {
  const prompt = model.tokenize(chat.render(request.messages))
  if (prompt.length >= model.context) {
    const message = `This model's context is ${model.context} tokens and the prompt alone has ${prompt.length}.`
    fail(id, { code: 'context_length_exceeded', message, param: 'messages' })
    return
  }
  const { maxTokens, sampling, stop } = request
  generator.submit({ id, prompt, sampling, stop, ...(maxTokens !== undefined && { maxTokens }) })
}

function fail(id: string, failure: EngineFailure): void {
  emit({ type: 'failed', id, failure })
}

function asFailure(error: unknown, fallback: 'model_load_failed' | 'engine_failed'): EngineFailure {
  const { code, message } = toLlmdError(error)
  if (code === 'model_file_invalid' || code === 'model_load_failed' || code === 'template_failed') {
    return { code, message }
  }
  return { code: fallback, message: error instanceof Error ? error.message : String(error) }
}

function reportMemory(): void {
  let reported = 0
  const report = () => {
    const bytes = process.memoryUsage.rss()
    if (Math.abs(bytes - reported) < 1024 * 1024) return
    reported = bytes
    send({ type: 'memory', bytes })
  }
  report()
  setInterval(report, memoryReportMs).unref()
}

function main(): void {
  exitWithParent()
  let engine: Engine | undefined
  async function start(message: LoadMessage) {
    try {
      engine = await load(message)
      const { context, slots, gpu } = engine.model
      send({ type: 'loaded', context, slots, gpu })
      reportMemory()
    } catch (error) {
      send({ type: 'load-failed', failure: asFailure(error, 'model_load_failed') })
    }
  }
  process.on('message', (raw) => {
    const message = toEngineSchema.parse(raw)
    if (message.type === 'load') {
      void start(message)
      return
    }
    if (!engine) throw new Error(`"${message.type}" came before the model was loaded`)
    if (message.type === 'cancel') {
      engine.generator.cancel(message.id)
      return
    }
    try {
      generate(engine, message)
    } catch (error) {
      fail(message.id, asFailure(error, 'engine_failed'))
    }
    send({ type: 'accepted', id: message.id })
  })
}

main()
