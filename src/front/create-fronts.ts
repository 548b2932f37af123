import { setTimeout as delay } from 'node:timers/promises'
import type { Status } from '../api/status.ts'
import type { Log } from '../log.ts'
import type { UpstreamDeadlines } from '../providers/connection.ts'
import { forkFront } from './fork-front.ts'
import { followFront, type FrontProcess, type VersionedSnapshot } from './front-process.ts'
import type { Snapshot } from './protocol.ts'
import { createReportTaker, type ReportTaker, type ReportTakers } from './take-reports.ts'

/** The processes beside the daemon that take requests. One that dies is replaced. */
export interface Fronts {
  /** Starts them. Resolves when each takes requests, or the first try of one has failed. */
  start(address: { host: string; port: number }): Promise<void>
  /** Resolves when every front goes by what holds now. */
  settle(): Promise<void>
  status(): Status['fronts']
  /** They refuse what is new. Resolves when what is open has ended, at the latest a little after `graceMs`. */
  drain(graceMs: number): Promise<void>
  close(): Promise<void>
}

interface FrontsOptions extends ReportTakers {
  count: number
  /** worker.ts in a checkout, worker.js in a build. */
  workerPath: string
  env: NodeJS.ProcessEnv
  /** Where the daemon listens for what they hand over. */
  handOverPath: string
  deadlines: UpstreamDeadlines
  /** What they are to know as of now. */
  snapshot: () => Snapshot
  log: Log
}

/** What changes without having been asked for, as a list of models that a provider tells, they learn by then. */
const refreshMs = 10_000

/** Wait until one that died is replaced; it doubles, but for one that had lived for longer than the longest. */
const firstBackoffMs = 100
const longestBackoffMs = 10_000

export function createFronts(options: FrontsOptions): Fronts {
  const { count, workerPath, env, handOverPath, deadlines, snapshot, log } = options
  const running = new Map<FrontProcess, ReportTaker>()
  const ending = new AbortController()
  let latest: (VersionedSnapshot & { text: string }) | undefined
  let refresh: NodeJS.Timeout | undefined
  let ended: Promise<unknown> = Promise.resolve()

  /** What holds now; its version is the former one where nothing has changed. */
  function look(): VersionedSnapshot {
    const now = snapshot()
    const text = JSON.stringify(now)
    if (text !== latest?.text) latest = { version: (latest?.version ?? 0) + 1, snapshot: now, text }
    return latest
  }

  async function settle(): Promise<void> {
    const news = look()
    await Promise.all([...running.keys()].map((front) => front.tell(news)))
  }

  function run(address: { host: string; port: number }): FrontProcess {
    const taker = createReportTaker({ ...options, cancel: (id) => front.cancel(id) })
    const child = forkFront({ workerPath, env })
    const front = followFront({
      child,
      begin() {
        const { version, snapshot: known } = look()
        return { type: 'start', ...address, handOverPath, deadlines, version, snapshot: known }
      },
      onReport: (report) => taker.take(report),
      log,
    })
    running.set(front, taker)
    const onExit = () => {
      running.delete(front)
      const lost = taker.abandon()
      if (ending.signal.aborted) return
      log.error('a front ended and is replaced', {
        pid: front.pid,
        code: child.exitCode,
        signal: child.signalCode,
        lost,
      })
    }
    void front.exited.then(onExit)
    return front
  }

  async function keep(address: { host: string; port: number }, first: FrontProcess): Promise<void> {
    let front = first
    let backoffMs = firstBackoffMs
    for (;;) {
      await front.exited
      const lived = Date.now() - front.startedAt.getTime()
      backoffMs = lived > longestBackoffMs ? firstBackoffMs : Math.min(backoffMs * 2, longestBackoffMs)
      await delay(backoffMs, undefined, { signal: ending.signal }).catch(() => {})
      if (ending.signal.aborted) return
      front = run(address)
    }
  }

  return {
    async start(address) {
      const first = Array.from({ length: count }, () => run(address))
      ended = Promise.all(first.map((front) => keep(address, front)))
      refresh = setInterval(() => void settle(), refreshMs).unref()
      await Promise.all(first.map(({ listening }) => listening))
      log.info('fronts take requests', { pids: first.map(({ pid }) => pid).join(' ') })
    },
    settle,
    status: () =>
      Array.from(running, ([{ pid, startedAt, memoryBytes }, { active, served }]) => ({
        pid,
        started_at: startedAt.toISOString(),
        active,
        served,
        memory_bytes: memoryBytes,
      })),
    async drain(graceMs) {
      ending.abort()
      clearInterval(refresh)
      await Promise.all([...running.keys()].map((front) => front.drain(graceMs)))
    },
    async close() {
      ending.abort()
      clearInterval(refresh)
      await Promise.all([...running.keys()].map((front) => front.close()))
      await ended
    },
  }
}
