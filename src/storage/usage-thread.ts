import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { UsageGroup, UsageQuery } from './usage-sums.ts'

/** What is done in a thread of its own, so that the daemon's need not stand still for it. */
export type UsageTask = { kind: 'sum'; query: UsageQuery } | { kind: 'checkpoint' }

export interface UsageThread {
  /** As `sumUsage` does. */
  sum(query: UsageQuery): Promise<UsageGroup[]>
  /** Moves what was written last into the database file: otherwise some write would do it, and wait for the disk. */
  checkpoint(): Promise<void>
}

/**
 * @param options.file The usage database, which is open in this process
 * @param options.workerPath Absolute path of the module `usage-worker`
 */
export function createUsageThread({ file, workerPath }: { file: string; workerPath: string }): UsageThread {
  let last: Promise<unknown> = Promise.resolve()

  async function run(task: UsageTask): Promise<unknown> {
    const worker = new Worker(workerPath, { workerData: { file, task }, env: {}, execArgv: [] })
    try {
      const [answer]: unknown[] = await once(worker, 'message')
      return answer
    } finally {
      await worker.terminate()
    }
  }

  // One after the other: several would take the processor from the daemon.
  function inTurn(task: UsageTask): Promise<unknown> {
    const done = last.then(() => run(task))
    last = done.catch(() => {})
    return done
  }

  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a worker of ours answers to this
    sum: async (query) => (await inTurn({ kind: 'sum', query })) as UsageGroup[],
    async checkpoint() {
      await inTurn({ kind: 'checkpoint' })
    },
  }
}
