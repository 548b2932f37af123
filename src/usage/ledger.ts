import type { Log } from '../log.ts'
import type { UsageRow, UsageTable } from '../storage/usage-table.ts'

export type { UsageRow }

/** Counts what every request used. */
export interface Ledger extends AsyncDisposable {
  /** Returns at once; the row is written within `flushMs`. */
  record(row: UsageRow): void
  /** Writes what waits. */
  flush(): Promise<void>
}

export interface LedgerOptions {
  table: UsageTable
  log: Log
  flushMs?: number
  /** How long to wait when the disk refuses. */
  retryMs?: number
}

/** SQLite takes about 32,000 values in a statement; a row has 16. */
const rowsInStatement = 1000

/** The most rows that are kept while the disk refuses them. */
const mostWaiting = 100_000

/** Writes rows in batches: one transaction for all requests of a moment costs a tenth of one for each. */
export function createLedger({ table, log, flushMs = 100, retryMs = 1000 }: LedgerOptions): Ledger {
  const waiting: UsageRow[] = []
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  let closed = false

  const flushIn = (ms: number) => {
    if (!closed) timer ??= setTimeout(() => void flush(), ms)
  }

  async function write(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    try {
      while (waiting.length > 0) {
        const rows = waiting.slice(0, rowsInStatement)
        await table.insert(rows)
        waiting.splice(0, rows.length)
      }
    } catch (error) {
      const lost = waiting.splice(0, waiting.length - mostWaiting).length
      const reason = error instanceof Error ? error.message : String(error)
      log.error('usage could not be written', { waiting: waiting.length, lost, reason })
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
    async [Symbol.asyncDispose]() {
      closed = true
      await flush()
    },
  }
}
