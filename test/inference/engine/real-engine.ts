import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ChatEvent, FinishReason, TokenLogprob } from '../../../src/chat/event.ts'
import type { ChatRequest, CompletionRequest } from '../../../src/chat/request.ts'
import type { ChatUsage } from '../../../src/chat/usage.ts'
import { LlmdError } from '../../../src/errors.ts'
import { asError, createAskMultiplexer, type AskMultiplexer } from '../../../src/inference/ask-multiplexer.ts'
import type { EngineOptions } from '../../../src/inference/inference.ts'
import { fromEngineSchema, type FromEngine, type ToEngine } from '../../../src/inference/protocol.ts'

const workerPath = fileURLToPath(new URL('../../../src/inference/worker.ts', import.meta.url))
export const demoModelPath = fileURLToPath(new URL('../../../assets/llmd-demo.gguf', import.meta.url))

interface ChoiceAnswer {
  text: string
  reasoning: string
  calls: { name: string; arguments: string; complete: boolean }[]
  logprobs: TokenLogprob[]
  reason: FinishReason
}

/** A whole answer; the first choice's parts are its own too. */
export interface Answer extends ChoiceAnswer {
  choices: ChoiceAnswer[]
  usage: ChatUsage
}

/** An engine process, and the two asks that most tests make of it: greedy ones, unless told otherwise. */
export interface RealEngine extends AsyncDisposable {
  loaded: Extract<FromEngine, { type: 'loaded' }>
  asks: AskMultiplexer
  complete(prompt: CompletionRequest['prompt'], rest?: Partial<CompletionRequest>): Promise<Answer>
  chat(content: string, rest?: Partial<ChatRequest>): Promise<Answer>
  /** The events as they come. */
  events(prompt: CompletionRequest['prompt'], rest: Partial<CompletionRequest>): AsyncGenerator<ChatEvent>
  /** Has it write down what its sequences hold. */
  save(): Promise<void>
}

export const never = new AbortController().signal

/** @throws LlmdError what the load failed with */
export async function startRealEngine(
  path: string,
  options: EngineOptions = {},
  stateFolder?: string,
): Promise<RealEngine> {
  const folder = stateFolder ?? mkdtempSync(join(tmpdir(), 'llmd-state-'))
  const child = fork(workerPath, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  const exited = once(child, 'exit')
  const ready = Promise.withResolvers<RealEngine['loaded']>()
  const saved = Promise.withResolvers<void>()
  const send = (message: ToEngine) => void (child.connected && child.send(message))
  const asks = createAskMultiplexer({
    send,
    alive: () => child.connected,
    gone: () => new LlmdError('engine_failed', 'The engine ended.'),
    acceptMs: 30_000,
    onStuck: () => child.kill('SIGKILL'),
  })
  child.once('exit', () => {
    asks.failAll()
    ready.reject(new Error('the engine ended while it loaded'))
  })
  child.on('message', (raw) => {
    const message = fromEngineSchema.parse(raw)
    if (message.type === 'loaded') ready.resolve(message)
    else if (message.type === 'load-failed') ready.reject(asError(message.failure))
    else if (message.type === 'saved') saved.resolve()
    else asks.receive(message)
  })
  const dispose = async () => {
    child.kill('SIGKILL')
    await exited
    if (!stateFolder) rmSync(folder, { recursive: true, force: true })
  }
  send({ type: 'load', path, options: { gpu: 'off', threads: 1, ...options }, stateFolder: folder })
  try {
    return { loaded: await ready.promise, asks, ...shortcuts(asks), save, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }

  function save() {
    send({ type: 'save' })
    return saved.promise
  }
}

function shortcuts(asks: AskMultiplexer): Pick<RealEngine, 'complete' | 'chat' | 'events'> {
  const greedy = { sampling: { temperature: 0, topP: 1 }, stop: [], choices: 1 }
  const events: RealEngine['events'] = (prompt, rest) =>
    asks.stream('complete', { ...greedy, echo: false, prompt, ...rest }, never)
  return {
    events,
    complete: (prompt, rest = {}) => gather(events(prompt, rest)),
    chat(content, rest = {}) {
      const request: ChatRequest = {
        ...greedy,
        messages: [{ role: 'user', content }],
        tools: [],
        toolChoice: { type: 'auto' },
        parallelToolCalls: true,
        responseFormat: { type: 'text' },
        maxTokens: 200,
        ...rest,
      }
      return gather(asks.stream('chat', request, never))
    },
  }
}

/** The whole answer; checks that each choice has one end, and that nothing comes after the last. */
export async function gather(events: AsyncIterable<ChatEvent>): Promise<Answer> {
  const choices: (Omit<ChoiceAnswer, 'reason'> & { reason?: FinishReason })[] = []
  let usage: ChatUsage | undefined
  for await (const event of events) {
    if (usage) throw new Error(`${event.type} after the end of the answer`)
    if (event.type === 'finish') {
      ;({ usage } = event)
      continue
    }
    const choice = (choices[event.choice] ??= { text: '', reasoning: '', calls: [], logprobs: [] })
    if (choice.reason) throw new Error(`${event.type} after the end of the choice`)
    if (event.type === 'text-delta') {
      choice.text += event.text
      choice.logprobs.push(...(event.logprobs ?? []))
    } else if (event.type === 'reasoning-delta') choice.reasoning += event.text
    else if (event.type === 'choice-finish') choice.reason = event.reason
    else if (event.type === 'tool-call-start') {
      if (event.index !== choice.calls.length) throw new Error(`call ${event.index} out of order`)
      choice.calls.push({ name: event.name, arguments: '', complete: false })
    } else {
      const call = choice.calls[event.index]
      if (!call || call.complete) throw new Error(`${event.type} of no call`)
      if (event.type === 'tool-call-delta') call.arguments += event.arguments
      else call.complete = true
    }
  }
  const ended = choices.flatMap(({ reason, ...rest }) => (reason ? [{ reason, ...rest }] : []))
  const [first] = ended
  if (!usage || !first || ended.length < choices.length) throw new Error('the answer has no end')
  return { ...first, choices: ended, usage }
}
