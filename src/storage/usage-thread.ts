import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { UsageGroup, UsageQuery } from './usage-sums.ts'

/** What is done in a thread of its own, so that the daemon's need not stand still for it. */
export type UsageTask = { kind: 'sum'; query: UsageQuery } | { kind: 'checkpoint' }

/** Disposing it ends the thread after the task under way. */
export interface UsageThread extends AsyncDisposable {
  /** As `sumUsage` does. */
  sum(query: UsageQuery): Promise<UsageGroup[]>
  /** Moves what was written last into the database file: otherwise some write would do it, and wait for the disk. */
  checkpoint(): Promise<void>
}

/** To start a thread takes tens of milliseconds, and to keep it some 10 MB: it ends when it was idle for so long. */
const idleMs = 30_000

/** A task takes a second or two where there are a million requests. */
const longestMs = 120_000

/**
 * @param options.file The usage database, which is open in this process
 * @param options.workerPath Absolute path of the module `usage-worker`
 */
export function createUsageThread({ file, workerPath }: { file: string; workerPath: string }): UsageThread {
  let last: Promise<unknown> = Promise.resolve()
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined

  async function end(): Promise<void> {
    clearTimeout(idle)
    const ending = worker
    worker = undefined
    await ending?.terminate()
  }

  async function run(task: UsageTask): Promise<unknown> {
    clearTimeout(idle)
    worker ??= startWorker()
    try {
      const answer = await ask(worker, task)
      idle = setTimeout(() => void end(), idleMs).unref()
      return answer
    } catch (error) {
      await end()
      throw error
    }
  }

  function startWorker(): Worker {
    const started = new Worker(workerPath, { workerData: { file }, env: {}, execArgv: [] })
    // Whoever waits hears of it; between tasks it must not end the daemon.
    started.on('error', () => {})
    started.once('exit', () => {
      if (worker === started) worker = undefined
    })
    return started
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
    async [Symbol.asyncDispose]() {
      await last
      await end()
    },
  }
}

async function ask(worker: Worker, task: UsageTask): Promise<unknown> {
  const over = new AbortController()
  const { signal } = over
  const deadline = AbortSignal.timeout(longestMs)
  try {
    const answered = once(worker, 'message', { signal: AbortSignal.any([signal, deadline]) })
    const ended = once(worker, 'exit', { signal })
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port to a thread, not to a window
    worker.postMessage(task)
    const [answer]: unknown[] = await Promise.race([
      answered,
      ended.then(() => Promise.reject(new Error('the thread ended'))),
    ])
    return answer
  } finally {
    over.abort()
  }
}
