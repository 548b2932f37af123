// A thread for what takes longer than the daemon's own may stand still: one task after the other.
import { parentPort, workerData } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import type { UsageSchema } from './usage-database.ts'
import { sumUsage } from './usage-sums.ts'
import type { UsageTask } from './usage-thread.ts'

const { file }: { file: string } = workerData
const database = new Sqlite(file, { timeout: 5000 })
database.pragma('fullfsync = ON')
const kysely = new Kysely<UsageSchema>({ dialect: new SqliteDialect({ database }) })

async function run(task: UsageTask): Promise<unknown> {
  if (task.kind === 'sum') return sumUsage(kysely, task.query)
  database.pragma('wal_checkpoint(PASSIVE)')
  return null
}

// A failure ends the thread, and whoever waits is told of it.
parentPort?.on('message', (task: UsageTask) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port to a thread, not to a window
  void run(task).then((answer) => parentPort?.postMessage(answer))
})
