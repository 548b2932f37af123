// Forwarding, measured beside nginx and the Portkey gateway: README.md says what and how.
// usage: npm run bench:gateway
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printRows } from '../common/print-rows.ts'
import type { Row } from '../common/row.ts'
import {
  startBareProxy,
  startLlmd,
  startNginx,
  startPortkey,
  startUpstreams,
  twoCores,
  type Gateway,
} from './gateways.ts'
import { loadEvents, loadRequests, type EventFigures, type RequestFigures } from './load.ts'
import { measureSlowReader, measureStreamsMemory } from './memory.ts'

const rounds = 5
const seconds = 2

const folder = mkdtempSync(join(tmpdir(), 'llmd-bench-'))
await using resources = new AsyncDisposableStack()
resources.defer(() => rmSync(folder, { recursive: true, force: true }))
const direct = await startUpstreams(resources, folder)
const nginx = await startNginx(resources, folder)
const llmd = await startLlmd(resources)
const portkey = await startPortkey(resources)

/** Figures of each, measured in turns. */
async function inTurns<Figures>(
  gateways: readonly Gateway[],
  measure: (gateway: Gateway) => Promise<Figures>,
): Promise<(gateway: Gateway, figure: (figures: Figures) => number) => number[]> {
  const figures = new Map(gateways.map((gateway) => [gateway, [] as Figures[]]))
  for (const gateway of gateways) await measure(gateway)
  for (let round = 0; round < rounds; round++) {
    for (const [gateway, list] of figures) list.push(await measure(gateway))
  }
  return (gateway, figure) => (figures.get(gateway) ?? []).map(figure)
}

console.error('measuring whole answers...')
const busy = await inTurns<RequestFigures>([nginx, llmd, portkey], (gateway) =>
  loadRequests(gateway, { folder, connections: 32, seconds }),
)
const single = await inTurns<RequestFigures>([direct, nginx, llmd], (gateway) =>
  loadRequests(gateway, { folder, connections: 1, seconds }),
)
console.error('measuring streams...')
const calm = await inTurns<EventFigures>([direct, nginx, llmd], (gateway) =>
  loadEvents(gateway, { streams: 1, rounds: 4 }),
)
const brief = await inTurns<EventFigures>([direct, llmd], (gateway) =>
  loadEvents(gateway, { streams: 1, rounds: 60, length: 3 }),
)
const crowded = await inTurns<EventFigures>([nginx, llmd], (gateway) =>
  loadEvents(gateway, { streams: 32, rounds: 2 }),
)
console.error('measuring memory...')
const slowReader = await measureSlowReader(llmd)
const memoryLater = await measureStreamsMemory(llmd)
await using fresh = new AsyncDisposableStack()
const memory = await measureStreamsMemory(await startLlmd(fresh))
await fresh.disposeAsync()

console.error('measuring two processes...')
const pairs = {
  ours: [
    await startLlmd(resources, { cores: twoCores }),
    await startLlmd(resources, { cores: twoCores, fronts: 2 }),
  ],
  bare: [
    await startBareProxy(resources, { processes: 1 }),
    await startBareProxy(resources, { processes: 2 }),
  ],
} as const
const spread = await inTurns<RequestFigures>([...pairs.ours, ...pairs.bare], (gateway) =>
  loadRequests(gateway, { folder, connections: 32, seconds }),
)

const perSecond = ({ perSecond: value }: RequestFigures) => value
const cpuUs = ({ cpuUs: value }: { cpuUs: number }) => value
const p50Us = ({ p50Us: value }: RequestFigures) => value
const delayUs = ({ delayUs: value }: EventFigures) => value
const firstByteMs = ({ firstByteUs }: EventFigures) => firstByteUs / 1000
const minus = (values: number[], others: number[]) =>
  values.map((value, round) => value - (others[round] ?? 0))

/** What the second process adds, as a share of what one does. */
const gains = ([one, two]: readonly [Gateway, Gateway]) => {
  const before = spread(one, perSecond)
  return spread(two, perSecond).map((value, round) => value / (before[round] ?? Number.NaN) - 1)
}

const rows: Row[] = [
  {
    name: 'whole answers, 32 connections',
    unit: 'req/s',
    ours: busy(llmd, perSecond),
    reference: { name: 'nginx', values: busy(nginx, perSecond) },
    goal: { atLeast: 0.4 },
  },
  {
    name: 'the same',
    unit: 'req/s',
    ours: busy(llmd, perSecond),
    reference: { name: 'Portkey', values: busy(portkey, perSecond) },
    goal: { atLeast: 12 },
  },
  {
    name: 'the same, CPU a request',
    unit: 'us',
    ours: busy(llmd, cpuUs),
    reference: { name: 'nginx', values: busy(nginx, cpuUs) },
    goal: { atMost: 2.5 },
  },
  {
    name: 'added to the median answer, 1 connection',
    unit: 'us',
    ours: minus(single(llmd, p50Us), single(direct, p50Us)),
    reference: { name: 'nginx', values: minus(single(nginx, p50Us), single(direct, p50Us)) },
    goal: { atMost: 1.25 },
  },
  {
    name: 'delay of an event, 1 stream',
    unit: 'us',
    ours: calm(llmd, delayUs),
    reference: { name: 'nginx', values: calm(nginx, delayUs) },
    goal: { atMost: 1.15 },
  },
  {
    name: 'CPU an event, 32 streams',
    unit: 'us',
    ours: crowded(llmd, cpuUs),
    reference: { name: 'nginx', values: crowded(nginx, cpuUs) },
    goal: { atMost: 2.4 },
  },
  {
    name: 'added to the first byte, warm',
    unit: 'ms',
    ours: minus(brief(llmd, firstByteMs), brief(direct, firstByteMs)),
    goal: { atMost: 0.35 },
  },
  {
    name: 'what a second front adds, 32 connections',
    unit: 'of one',
    ours: gains(pairs.ours),
    reference: { name: 'bare proxy', values: gains(pairs.bare) },
    goal: { atLeast: 0.8 },
  },
  { name: 'memory while 256 streams run', unit: 'MB', ours: [memory], goal: { atMost: 175 } },
  { name: 'the same, after all of the above', unit: 'MB', ours: [memoryLater], goal: { atMost: 175 } },
  { name: 'memory that a slow reader takes', unit: 'MB', ours: [slowReader], goal: { atMost: 10 } },
]
console.log(
  `Gateways on one core, the rest on another; ${rounds} rounds in turns, Node ${process.version}; medians`,
)
printRows(rows)
