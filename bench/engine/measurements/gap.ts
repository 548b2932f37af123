import type { BenchContext, Measurement } from '../measurement.ts'
import { startLeaving } from '../start-leaving.ts'
import { streamCompletion } from '../stream-completion.ts'
import { withModel } from '../with-model.ts'

const promptTokens = 2000

/** Longest silence in one stream while another's long prompt is read. */
export const measureGap: Measurement = (bench) =>
  withModel(bench.daemon, { quantization: 'Q8_0', slots: 2, context: 2304 }, async ({ name }) => {
    const ours: number[] = []
    for (let round = 0; round < bench.rounds; round++) ours.push(await longestGap(bench, name))
    return [
      {
        name: `longest gap in a stream beside a prefill of ${promptTokens}, Q8_0`,
        unit: 's',
        ours,
        goal: { atMost: 0.3 },
      },
    ]
  })

/** In seconds. */
async function longestGap({ daemon, prompt }: BenchContext, model: string): Promise<number> {
  const arrivals: number[] = []
  const flowing = Promise.withResolvers<void>()
  const stream = startLeaving(daemon.server, {
    model,
    prompt: prompt(8),
    maxTokens: 2000,
    onText: () => {
      arrivals.push(performance.now())
      if (arrivals.length === 20) flowing.resolve()
    },
  })
  await Promise.race([flowing.promise, stream.failed])
  const { sentAt, endedAt } = await streamCompletion(daemon.server, {
    model,
    prompt: prompt(promptTokens),
    maxTokens: 1,
  })
  await stream.leave()
  const during = [sentAt, ...arrivals.filter((at) => at > sentAt && at < endedAt), endedAt]
  return Math.max(...during.map((at, index) => at - (during[index - 1] ?? at))) / 1000
}
