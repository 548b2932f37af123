import { setTimeout as delay } from 'node:timers/promises'
import type { Measurement } from '../measurement.ts'
import { startLeaving } from '../start-leaving.ts'
import { streamCompletion } from '../stream-completion.ts'
import { withModel } from '../with-model.ts'

const promptTokens = 4000
/** When the client leaves: well into the prefill, and not always at the same point of a batch. */
const leavesAfterMs = (round: number) => 400 + 130 * round

/**
 * How long the only slot stays taken after its client left during a prefill: what the next request waits longer
 * than it would have waited anyway.
 */
export const measureAbort: Measurement = ({ daemon, rounds, prompt }) =>
  withModel(daemon, { quantization: 'Q8_0', slots: 1, context: 4352 }, async (model) => {
    const next = async () => {
      const { sentAt, firstTextAt } = await streamCompletion(daemon.server, {
        model: model.name,
        prompt: prompt(2),
        maxTokens: 2,
      })
      return firstTextAt - sentAt
    }
    const ours: number[] = []
    for (let round = 0; round < rounds; round++) {
      const undisturbed = await next()
      const long = startLeaving(daemon.server, {
        model: model.name,
        prompt: prompt(promptTokens),
        maxTokens: 1,
      })
      await Promise.race([delay(leavesAfterMs(round)), long.failed])
      await long.leave()
      ours.push(Math.max(0, (await next()) - undisturbed))
    }
    return [{ name: 'slot free after an abort during prefill, Q8_0', unit: 'ms', ours, goal: { atMost: 50 } }]
  })
