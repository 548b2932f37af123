import { benchModel } from '../bench-model.ts'
import type { BenchContext, Measurement } from '../measurement.ts'
import { cpuMs } from '../../common/process-stats.ts'
import { streamCompletion } from '../stream-completion.ts'
import { withModel } from '../with-model.ts'

const tokens = 256

/** CPU time of the engine process a token, one stream; llama-bench draws no tokens at all. */
export const measureDecode: Measurement = (bench) =>
  withModel(bench.daemon, { quantization: 'Q8_0', slots: 1, context: 1024 }, async (model) => {
    const greedy: number[] = []
    const drawn: number[] = []
    const values: number[] = []
    for (let round = 0; round < bench.rounds; round++) {
      greedy.push(await tokenCpuMs(bench, model, 0))
      drawn.push(await tokenCpuMs(bench, model, 1))
      if (bench.native) values.push(await bench.native.decodeCpuMs(benchModel('Q8_0'), tokens))
    }
    const name = 'decode, one stream, Q8_0: engine CPU a token'
    const row = { unit: 'ms', reference: { name: 'llama-bench', values } }
    return [
      { ...row, name, ours: greedy, goal: { atMost: 1.1 } },
      { ...row, name: `${name}, temperature 1`, ours: drawn, goal: { atMost: 1.15 } },
    ]
  })

async function tokenCpuMs(
  { daemon, prompt }: BenchContext,
  { name, pid }: { name: string; pid: number },
  temperature: number,
): Promise<number> {
  let atFirst: number | undefined
  const { completionTokens } = await streamCompletion(daemon.server, {
    model: name,
    prompt: prompt(8),
    maxTokens: tokens,
    temperature,
    onText: () => (atFirst ??= cpuMs(pid)),
  })
  return (cpuMs(pid) - (atFirst ?? Number.NaN)) / (completionTokens - 1)
}
