import { benchModel } from '../bench-model.ts'
import type { BenchContext, Measurement } from '../measurement.ts'
import type { Row } from '../../common/row.ts'
import type { NativeServer } from '../native-tools.ts'
import { runStreams } from '../run-streams.ts'
import { withModel } from '../with-model.ts'

const tokens = 128
const slots = 8
const context = 512

/** Tokens a second of several streams together. */
export const measureAggregate: Measurement = (bench) =>
  withModel(bench.daemon, { quantization: 'Q4_0', slots, context }, async ({ name }) => {
    await using server = await bench.native?.startServer(benchModel('Q4_0'), { slots, context })
    const rows: Row[] = []
    for (const streams of [4, 8]) rows.push(...(await measure(bench, { model: name, streams, server })))
    return rows
  })

async function measure(
  bench: BenchContext,
  { model, streams, server }: { model: string; streams: number; server: NativeServer | undefined },
): Promise<Row[]> {
  const ours: number[] = []
  const batched: number[] = []
  const served: number[] = []
  for (let round = 0; round < bench.rounds; round++) {
    const work = { model, streams, tokens }
    ours.push((await runStreams(bench, { ...work, server: bench.daemon.server })).tokensPerSecond)
    if (!bench.native || !server) continue
    batched.push(await bench.native.batchedSpeed(benchModel('Q4_0'), streams, tokens))
    served.push((await runStreams(bench, { ...work, server })).tokensPerSecond)
  }
  const row = { name: `${streams} streams, Q4_0: all tokens together`, unit: 'tok/s', ours }
  return [
    { ...row, reference: { name: 'llama-batched-bench', values: batched }, goal: { atLeast: 0.85 } },
    { ...row, reference: { name: 'llama-server', values: served }, goal: { atLeast: 1 } },
  ]
}
