import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cpuMs } from '../common/process-stats.ts'
import { median } from '../common/statistics.ts'
import { otherCore, type Gateway } from './gateways.ts'

const execute = promisify(execFile)

const messages = [{ role: 'user', content: 'Say something of about a hundred words. '.repeat(6) }]

export interface RequestFigures {
  perSecond: number
  /** CPU time of the gateway a request. */
  cpuUs: number
  p50Us: number
}

/** Whole answers by wrk, for so many seconds over so many connections. */
export async function loadRequests(
  gateway: Gateway,
  { folder, connections, seconds }: { folder: string; connections: number; seconds: number },
): Promise<RequestFigures> {
  const { url, headers, model } = gateway.completions
  const script = join(folder, 'request.lua')
  const fields = { ...headers, 'content-type': 'application/json' }
  writeFileSync(
    script,
    `wrk.method = "POST"
wrk.body = ${JSON.stringify(JSON.stringify({ model, messages, max_tokens: 100 }))}
${Object.entries(fields)
  .map(([name, value]) => `wrk.headers["${name}"] = "${value}"`)
  .join('\n')}
done = function(summary, latency)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format("FIGURES %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(50), failed))
end
`,
  )
  const before = cpuMs(gateway.pid)
  const { stdout } = await execute('taskset', [
    '-c',
    otherCore,
    'wrk',
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '-s',
    script,
    url,
  ])
  const cpu = cpuMs(gateway.pid) - before
  const [requests = 0, durationUs = 0, p50Us = 0, failed = 0] = (/FIGURES (.*)/.exec(stdout)?.[1] ?? '')
    .split(' ')
    .map(Number)
  if (requests === 0 || failed > 0)
    throw new Error(`${gateway.name}: ${failed} of ${requests} requests failed`)
  return { perSecond: requests / (durationUs / 1e6), cpuUs: (cpu * 1000) / requests, p50Us }
}

export interface EventFigures {
  firstByteUs: number
  /** From the upstream's write to the client's read. */
  delayUs: number
  /** CPU time of the gateway an event. */
  cpuUs: number
}

/** Streams of events that are 5 ms apart. */
export async function loadEvents(
  gateway: Gateway,
  { streams, rounds, length = 100 }: { streams: number; rounds: number; length?: number },
): Promise<EventFigures> {
  const { url, headers, model } = gateway.events
  const body = JSON.stringify({ model, messages, stream: true, max_tokens: length, seed: 5000 })
  const before = cpuMs(gateway.pid)
  const { stdout } = await execute(
    'taskset',
    [
      '-c',
      otherCore,
      process.execPath,
      fileURLToPath(new URL('event-client.ts', import.meta.url)),
      JSON.stringify({ url, headers, body, streams, rounds }),
    ],
    { maxBuffer: 64 * 1024 * 1024 },
  )
  const cpu = cpuMs(gateway.pid) - before
  const { events, firstByteUs, delayUs } = JSON.parse(stdout)
  return { firstByteUs: median(firstByteUs), delayUs: median(delayUs), cpuUs: (cpu * 1000) / events }
}
