import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../log.ts'
import type { UsageTable } from '../storage/usage-table.ts'
import type { UsageThread } from '../storage/usage-thread.ts'

/** Makes sums of days out of requests that are older than is kept. Disposing it ends it after the step under way. */
export interface RollUp extends AsyncDisposable {
  /** Now, and every hour from now on. */
  start(): void
  /** Until nothing is old. Returns how many requests were. */
  run(): Promise<number>
}

export interface RollUpOptions {
  table: Pick<UsageTable, 'rollUp'>
  thread: Pick<UsageThread, 'checkpoint'>
  /** How many days requests are kept one by one, beside today. Asked for at each run. */
  keepDays: () => number
  log: Log
  now?: () => number
}

const everyMs = 3_600_000
const dayMs = 86_400_000

/** A step takes two or three milliseconds, in which nothing else is done. */
const rowsInStep = 100
const breakMs = 5
const stepsInLog = 100

export function createRollUp({ table, thread, keepDays, log, now = Date.now }: RollUpOptions): RollUp {
  const end = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<number> | undefined

  async function work(): Promise<number> {
    // A day is rolled up as a whole, so that its sum tells of all of it.
    const before = new Date(Math.floor(now() / dayMs - keepDays()) * dayMs).toISOString()
    let rows = 0
    for (let step = 1; !end.signal.aborted; step++) {
      const taken = await table.rollUp(before, rowsInStep)
      rows += taken
      const isLast = taken < rowsInStep
      if (step % stepsInLog === 0 || (isLast && rows > 0)) await thread.checkpoint()
      if (isLast) break
      await delay(breakMs, undefined, { signal: end.signal }).catch(() => {})
    }
    if (rows > 0) log.info('usage was summed up', { before, requests: rows })
    return rows
  }

  const run = (): Promise<number> =>
    (running ??= work().finally(() => {
      running = undefined
    }))

  const runQuietly = async () => {
    try {
      await run()
    } catch (error) {
      log.error('usage could not be summed up', {
        reason: error instanceof Error ? error.message : String(error),
      })
    }
  }

  return {
    start() {
      void runQuietly()
      timer = setInterval(() => void runQuietly(), everyMs).unref()
    },
    run,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      end.abort()
      await running?.catch(() => {})
    },
  }
}
