import { benchModel } from '../bench-model.ts'
import type { Measurement } from '../measurement.ts'
import { cpuMs } from '../process-stats.ts'
import { streamCompletion } from '../stream-completion.ts'
import { withModel } from '../with-model.ts'

const tokens = 256

/** CPU time of the engine process a token, one stream. */
export const measureDecode: Measurement = ({ daemon, native, rounds, prompt }) =>
  withModel(daemon, { quantization: 'Q8_0', slots: 1, context: 1024 }, async (model) => {
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = 0; round < rounds; round++) {
      let atFirst: number | undefined
      const { completionTokens } = await streamCompletion(daemon.server, {
        model: model.name,
        prompt: prompt(8),
        maxTokens: tokens,
        onText: () => (atFirst ??= cpuMs(model.pid)),
      })
      ours.push((cpuMs(model.pid) - (atFirst ?? Number.NaN)) / (completionTokens - 1))
      if (native) theirs.push(await native.decodeCpuMs(benchModel('Q8_0'), tokens))
    }
    return [
      {
        name: 'decode, one stream, Q8_0: engine CPU a token',
        unit: 'ms',
        ours,
        reference: { name: 'llama-bench', values: theirs },
        goal: { atMost: 1.1 },
      },
    ]
  })
