import type { Measurement } from '../measurement.ts'
import { cpuMs } from '../../common/process-stats.ts'
import { runStreams } from '../run-streams.ts'
import { withModel } from '../with-model.ts'

const streams = 8
const tokens = 192

/** What the daemon itself does while its engine answers: messages, accounting, server-sent events. */
export const measureDaemonCost: Measurement = (bench) =>
  withModel(bench.daemon, { quantization: 'Q4_0', slots: streams, context: 512 }, async ({ name }) => {
    const { daemon, rounds } = bench
    const run = () => runStreams(bench, { server: daemon.server, model: name, streams, tokens })
    const delays: number[] = []
    const costs: number[] = []
    for (let round = 0; round < rounds; round++) {
      delays.push(await daemon.loopDelay(run))
      // In a run of its own: watching the loop costs CPU time too.
      const before = cpuMs(daemon.pid)
      const done = await run()
      costs.push((cpuMs(daemon.pid) - before) / done.tokens)
    }
    return [
      {
        name: `${streams} streams: daemon's event-loop delay, p99`,
        unit: 'ms',
        ours: delays,
        goal: { atMost: 5 },
      },
      { name: `${streams} streams: daemon's CPU a token`, unit: 'ms', ours: costs, goal: { atMost: 0.15 } },
    ]
  })
