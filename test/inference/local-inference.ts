import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FinishReason } from '../../src/chat/event.ts'
import type { ChatRequest } from '../../src/chat/request.ts'
import type { ChatUsage } from '../../src/chat/usage.ts'
import { createInference, type InferenceOptions } from '../../src/inference/create-inference.ts'
import type { Inference, LocalModel } from '../../src/inference/inference.ts'
import { createLog } from '../../src/log.ts'
import { createMemoryCrashTable } from '../fixtures/memory-crash-table.ts'

const workerPath = fileURLToPath(new URL('../../src/inference/worker.ts', import.meta.url))
const inspectPath = fileURLToPath(new URL('../../src/inference/inspect-child.ts', import.meta.url))
export const demoModelPath = fileURLToPath(new URL('../../assets/llmd-demo.gguf', import.meta.url))

/** The local side with real processes. What it keeps of conversations goes with it. */
export function openInference(options: Partial<InferenceOptions> = {}): Inference {
  const log = createLog({ level: 'error', write: () => {} })
  const stateRoot = mkdtempSync(join(tmpdir(), 'llmd-state-'))
  const inference = createInference({
    workerPath,
    inspectPath,
    env: process.env,
    stateRoot,
    keptBytes: 2 ** 30,
    crashes: createMemoryCrashTable(),
    onEvent: () => {},
    log,
    ...options,
  })
  return {
    ...inference,
    async [Symbol.asyncDispose]() {
      await inference[Symbol.asyncDispose]()
      rmSync(stateRoot, { recursive: true, force: true })
    },
  }
}

/** A conversation of one message, answered greedily unless told otherwise. */
export function chatRequest(content: string, rest: Partial<ChatRequest> = {}): ChatRequest {
  return {
    messages: [{ role: 'user', content }],
    sampling: { temperature: 0, topP: 1 },
    stop: [],
    choices: 1,
    tools: [],
    toolChoice: { type: 'auto' },
    parallelToolCalls: true,
    responseFormat: { type: 'text' },
    ...rest,
  }
}

interface Answer {
  text: string
  pieces: string[]
  reason: FinishReason
  usage: ChatUsage
}

/** The whole answer; checks that it has one end, and that nothing comes after it. */
export async function ask(
  inference: Inference,
  model: LocalModel,
  request: ChatRequest,
  signal: AbortSignal = new AbortController().signal,
): Promise<Answer> {
  const pieces: string[] = []
  let reason: FinishReason | undefined
  let usage: ChatUsage | undefined
  for await (const event of inference.backend(model).stream(request, signal)) {
    if (usage) throw new Error(`${event.type} after the end of the answer`)
    if (event.type === 'text-delta') pieces.push(event.text)
    else if (event.type === 'choice-finish') reason = event.reason
    else if (event.type === 'finish') usage = event.usage
  }
  if (!reason || !usage) throw new Error('the answer has no end')
  return { text: pieces.join(''), pieces, reason, usage }
}

/** Polls until the condition holds. */
export async function until(condition: () => boolean, withinMs = 5000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${condition.toString()}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 10)
    })
  }
}

export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Process id of a model's engine, which must be ready. */
export function enginePid(inference: Inference, name: string): number {
  const state = inference.state(name)
  if (state.state !== 'ready') throw new Error(`the engine of ${name} is ${state.state}`)
  return state.engine.pid
}
