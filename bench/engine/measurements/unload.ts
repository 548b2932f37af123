import { setTimeout as delay } from 'node:timers/promises'
import type { BenchContext, Measurement } from '../measurement.ts'
import { treeMemoryBytes } from '../../common/process-stats.ts'
import { streamCompletion } from '../stream-completion.ts'
import { withModel } from '../with-model.ts'

const patienceMs = 10_000
/** Of what the model took: below it is the daemon's own garbage. */
const tolerance = 0.05

/** From asking to unload a model until the daemon and its processes hold no more memory than before the load. */
export const measureUnload: Measurement = async (bench) => {
  // The first time, the daemon still grows by itself.
  await secondsToMemoryBack(bench)
  const ours: number[] = []
  for (let round = 0; round < bench.rounds; round++) ours.push(await secondsToMemoryBack(bench))
  return [{ name: 'memory back after unload, Q8_0', unit: 's', ours, goal: { atMost: 1 } }]
}

async function secondsToMemoryBack({ daemon, prompt }: BenchContext): Promise<number> {
  const before = treeMemoryBytes(daemon.pid)
  let taken = 0
  let asked = 0
  await withModel(daemon, { quantization: 'Q8_0', slots: 2, context: 2304 }, async ({ name }) => {
    await streamCompletion(daemon.server, { model: name, prompt: prompt(512), maxTokens: 16 })
    taken = treeMemoryBytes(daemon.pid) - before
    asked = performance.now()
  })
  while (treeMemoryBytes(daemon.pid) > before + tolerance * taken) {
    if (performance.now() - asked > patienceMs) return Number.POSITIVE_INFINITY
    await delay(5)
  }
  return (performance.now() - asked) / 1000
}
