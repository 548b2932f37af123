// A thread for one thing that takes longer than the daemon's own may stand still.
import { parentPort, workerData } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import type { UsageSchema } from './usage-database.ts'
import { sumUsage } from './usage-sums.ts'
import type { UsageTask } from './usage-thread.ts'

const { file, task }: { file: string; task: UsageTask } = workerData
const database = new Sqlite(file, { readonly: task.kind === 'sum', timeout: 5000 })
try {
  if (task.kind === 'sum') {
    const kysely = new Kysely<UsageSchema>({ dialect: new SqliteDialect({ database }) })
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port to a thread, not to a window
    parentPort?.postMessage(await sumUsage(kysely, task.query))
  } else {
    database.pragma('fullfsync = ON')
    database.pragma('wal_checkpoint(PASSIVE)')
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- likewise
    parentPort?.postMessage(null)
  }
} finally {
  database.close()
}
