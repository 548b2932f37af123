import { benchModel } from '../bench-model.ts'
import type { Measurement } from '../measurement.ts'
import type { Row } from '../../common/row.ts'
import { streamCompletion } from '../stream-completion.ts'
import { withModel } from '../with-model.ts'

/** Prompt tokens a second, from sending the request to the first token of the answer. */
export const measurePrefill: Measurement = ({ daemon, native, rounds, prompt }) =>
  withModel(daemon, { quantization: 'Q8_0', slots: 1, context: 2304 }, async (model) => {
    const rows: Row[] = []
    for (const length of [512, 2048]) {
      const ours: number[] = []
      const theirs: number[] = []
      for (let round = 0; round < rounds; round++) {
        const { sentAt, firstTextAt } = await streamCompletion(daemon.server, {
          model: model.name,
          prompt: prompt(length),
          maxTokens: 1,
        })
        ours.push((length / (firstTextAt - sentAt)) * 1000)
        if (native) theirs.push(await native.prefillSpeed(benchModel('Q8_0'), length))
      }
      rows.push({
        name: `prefill of ${length} tokens, Q8_0`,
        unit: 'tok/s',
        ours,
        reference: { name: 'llama-bench', values: theirs },
        goal: { atLeast: 0.9 },
      })
    }
    return rows
  })
