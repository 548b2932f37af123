import { benchModel, type Quantization } from './bench-model.ts'
import type { BenchDaemon } from '../common/start-daemon.ts'
import { streamCompletion } from './stream-completion.ts'

export interface BenchModelOptions {
  quantization: Quantization
  slots: number
  /** Tokens a slot holds. */
  context: number
}

const warmUpPrompt = [256, 257]
const warmUpTokens = 256

/** A loaded model on one thread for as long as `work` takes; `pid` is its engine's. */
export async function withModel<Result>(
  { admin, server }: BenchDaemon,
  { quantization, slots, context }: BenchModelOptions,
  work: (model: { name: string; pid: number }) => Promise<Result>,
): Promise<Result> {
  const name = `random-${quantization}`
  const source = benchModel(quantization)
  await admin.addModel({ name, source, options: { slots, context, threads: 1 } })
  try {
    const { engine } = await admin.loadModel(name)
    // The engine's JavaScript is compiled as it runs, and llama-bench warms up as well.
    await streamCompletion(server, { model: name, prompt: warmUpPrompt, maxTokens: warmUpTokens })
    return await work({ name, pid: engine?.pid ?? 0 })
  } finally {
    await admin.unloadModel(name)
    await admin.removeModel(name)
  }
}
