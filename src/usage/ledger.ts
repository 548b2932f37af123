import { setImmediate as turn } from 'node:timers/promises'
import type { Log } from '../log.ts'
import { addSums, type UsageGroup, type UsageQuery } from '../storage/usage-sums.ts'
import type { UsageRow, UsageTable } from '../storage/usage-table.ts'
import type { UsageThread } from '../storage/usage-thread.ts'

export { addSums }
export type { UsageGroup, UsageQuery, UsageRow }

/** Counts what every request used, and tells. What was recorded before is in every answer. */
export interface Ledger extends AsyncDisposable {
  /** Returns at once; the row is written within `flushMs`. */
  record(row: UsageRow): void
  /** Writes what waits. */
  flush(): Promise<void>
  /** A request that is kept one by one still. */
  find(id: string): Promise<UsageRow | undefined>
  /** Sums of all requests there were, as far as the query goes. Takes about a second for a million. */
  sum(query: UsageQuery): Promise<UsageGroup[]>
}

export interface LedgerOptions {
  table: Pick<UsageTable, 'insert' | 'find'>
  thread: UsageThread
  log: Log
  flushMs?: number
  /** How long to wait when the disk refuses. */
  retryMs?: number
}

/** What is written without a break: it takes one or two milliseconds. */
const rowsInStatement = 100

/** About 2 MB of the write-ahead log. */
const rowsInLog = 5000

/** The most rows that are kept while the disk refuses them. */
const mostWaiting = 100_000

/** Writes rows in batches: one transaction for all requests of a moment costs a tenth of one for each. */
export function createLedger({ table, thread, log, flushMs = 100, retryMs = 1000 }: LedgerOptions): Ledger {
  const waiting: UsageRow[] = []
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  let closed = false
  let inLog = 0
  /** While the disk refuses, and until all that waited is written: what became of it. */
  let refused: { written: number; lost: number } | undefined

  const flushIn = (ms: number) => {
    if (!closed) timer ??= setTimeout(() => void flush(), ms)
  }

  async function write(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    try {
      while (waiting.length > 0) {
        const rows = waiting.slice(0, rowsInStatement)
        table.insert(rows)
        waiting.splice(0, rows.length)
        inLog += rows.length
        if (refused) refused.written += rows.length
        if (waiting.length > 0) await turn()
      }
      if (refused) log.info('usage is written again', { ...refused })
      refused = undefined
      if (inLog > rowsInLog && !closed) {
        inLog = 0
        await thread.checkpoint()
      }
    } catch (error) {
      const lost = waiting.splice(0, waiting.length - mostWaiting).length
      const reason = error instanceof Error ? error.message : String(error)
      // Once, however often it is tried.
      if (!refused) log.error('usage could not be written', { waiting: waiting.length, reason })
      refused ??= { written: 0, lost: 0 }
      refused.lost += lost
      flushIn(retryMs)
    }
  }

  const flush = (): Promise<void> => (writing = writing.then(write))

  return {
    record(row) {
      waiting.push(row)
      flushIn(flushMs)
    },
    flush,
    async find(id) {
      await flush()
      return table.find(id)
    },
    async sum(query) {
      await flush()
      return thread.sum(query)
    },
    async [Symbol.asyncDispose]() {
      closed = true
      await flush()
      if (waiting.length > 0) log.error('usage is lost', { requests: waiting.length })
    },
  }
}
