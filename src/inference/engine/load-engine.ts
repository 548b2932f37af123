import { statSync } from 'node:fs'
import { type ChatUsage, noUsage } from '../../chat/usage.ts'
import { LlmdError } from '../../errors.ts'
import { readModelFile } from '../gguf/read-model-file.ts'
import type { AnswerProgress, EngineAsk, LoadMessage } from '../protocol.ts'
import { createChatRenderer } from '../template/render-chat.ts'
import { detectFormat } from '../tools/detect-format.ts'
import { createGenerator } from './generator.ts'
import { createKeptSequences, type KeptSequences } from './kept-sequences.ts'
import type { LoadedModel } from './llama-model.ts'
import type { OpenLlama } from './open-llama.ts'
import { requireShort } from './require-short.ts'
import { requireTokens } from './require-tokens.ts'
import { createPace } from './pace.ts'
import { createRequestRunner, type RequestListener } from './request-runner.ts'

const maxWaiting = 256

/** llama.cpp would wait for ever for a named pipe. */
function requireFile(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return
  throw new LlmdError('model_load_failed', `The adapter ${path} is not there, or is no file.`)
}

/** A model ready to be asked. */
export interface Engine {
  readonly model: LoadedModel
  readonly kept: KeptSequences
  /**
   * Chats and completions answer through the listener, the rest by the result.
   * @throws LlmdError what is wrong with the ask
   */
  ask(id: string, ask: EngineAsk, listener: RequestListener): Promise<unknown>
  /** Returns what the ask had used; nothing where it was over. */
  cancel(id: string): ChatUsage
  /** Of all answers that have begun and are not over. */
  progress(): AnswerProgress[]
}

/**
 * Takes the llama.cpp that was opened before, if any, and opens it otherwise.
 * @throws LlmdError `model_file_invalid`, `model_load_failed`, `gpu_unavailable`, `template_failed`
 */
export async function loadEngine(
  message: LoadMessage,
  { prepared, onProgress }: { prepared: OpenLlama | undefined; onProgress: (fraction: number) => void },
): Promise<Engine> {
  // llama.cpp aborts the process on some of what this check finds; here it becomes an error that says what.
  const { path, options, stateFolder } = message
  const { architecture } = readModelFile(path)
  for (const adapter of options.lora ?? []) requireFile(adapter.path)
  // The library takes longer to import than a bad file to be found out.
  const { loadLlamaModel } = await import('./llama-model.ts')
  const { openLlama } = await import('./open-llama.ts')
  const open = prepared ?? (await openLlama(options.gpu ?? 'auto'))
  const model = await loadLlamaModel({ ...open, path, architecture, options, onProgress })
  const { chatTemplate: template, bosToken, eosToken } = model
  const kept = createKeptSequences(model, stateFolder)
  // It only saves time: a folder that cannot be used must not keep the model from being loaded.
  await kept.restore().catch(() => {})
  const runner = createRequestRunner({
    model,
    generator: createGenerator({ model, pace: createPace(), clone: (from, to) => kept.clone(from, to) }),
    chat: createChatRenderer({ template, bosToken, eosToken }),
    format: detectFormat({ template, architecture }),
    maxWaiting,
  })
  const vectors = () => {
    if (model.vectors) return model.vectors
    throw new LlmdError(
      'unsupported_by_model',
      'This model was made to write: it makes no vectors of texts.',
      {
        param: 'model',
      },
    )
  }
  /** Asks for vectors that are under way. */
  const asked = new Map<string, { leave: AbortController; promptTokens: number }>()
  const untilCancelled = async <Result>(
    id: string,
    work: (signal: AbortSignal, onRead: (tokens: number) => void) => Promise<Result>,
  ) => {
    const one = { leave: new AbortController(), promptTokens: 0 }
    asked.set(id, one)
    try {
      return await work(one.leave.signal, (tokens) => {
        one.promptTokens += tokens
      })
    } finally {
      asked.delete(id)
    }
  }
  return {
    model,
    kept,
    progress: () => runner.progress(),
    cancel(id) {
      const vectorsAsked = asked.get(id)
      if (!vectorsAsked) return runner.cancel(id)
      vectorsAsked.leave.abort()
      return { ...noUsage, promptTokens: vectorsAsked.promptTokens }
    },
    async ask(id, { kind, ask }, listener) {
      switch (kind) {
        case 'chat':
          return runner.chat(id, ask, listener)
        case 'complete':
          return runner.complete(id, ask, listener)
        case 'embed':
          for (const [index, input] of ask.inputs.entries()) {
            if (typeof input !== 'string') requireTokens(input, model, `input[${index}]`)
          }
          return untilCancelled(id, (...hooks) => vectors().embed(ask, ...hooks))
        case 'rerank':
          return untilCancelled(id, (...hooks) => vectors().rerank(ask, ...hooks))
        case 'tokenize':
          requireShort(ask.text, 'content')
          return model.tokenize(ask.text, ask)
        case 'detokenize':
          requireTokens(ask.tokens, model, 'tokens')
          return model.detokenize(ask.tokens, [], { special: true })
        case 'render':
          return runner.renderPrompt(ask)
      }
    },
  }
}
