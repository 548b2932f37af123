import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { openUsageDatabase } from '../../src/storage/usage-database.ts'
import { createUsageTable } from '../../src/storage/usage-table.ts'
import { createUsageThread } from '../../src/storage/usage-thread.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { isLong, report } from './start-daemon.ts'

const requests = isLong ? 1_000_000 : 50_000
/** Nothing may keep the daemon from others for longer. */
const mostMs = 5

const workerPath = fileURLToPath(new URL('../../src/storage/usage-worker.ts', import.meta.url))

async function openUsage() {
  const file = `${temporaryFolder()}/usage.db`
  const database = await openUsageDatabase(file)
  onTestFinished(() => database[Symbol.asyncDispose]())
  await sql`
    with recursive n(i) as (select 0 union all select i + 1 from n where i < ${requests - 1})
    insert into requests (id, started_at, token, model, target, provider, path, status, prompt_tokens, cached_tokens,
      completion_tokens, reasoning_tokens, attempts, first_byte_ms, ms)
    select 'req_' || i, strftime('%Y-%m-%dT%H:%M:%fZ', 1750000000 + i * 8, 'unixepoch'), 'token-' || (i % 50),
      'model-' || (i % 30), 'target', 'provider-' || (i % 5), '/v1/chat/completions', 200, 100, 0, 50, 0, 1, 12.5, 80
    from n`.execute(database.kysely)
  const thread = createUsageThread({ file, workerPath })
  onTestFinished(() => thread[Symbol.asyncDispose]())
  return { thread, table: createUsageTable(database) }
}

/**
 * What work takes of this thread, done once: the processor's time, which other processes do not lengthen and no stall of
 * its own can be longer than. Done once more: the longest delay of the event loop, which they do lengthen.
 */
async function measure(work: () => Promise<unknown>) {
  const cpu = process.threadCpuUsage()
  const began = performance.now()
  await work()
  const wholeMs = Math.round(performance.now() - began)
  const { user, system } = process.threadCpuUsage(cpu)
  // It takes time of its own: a timer each millisecond.
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  await work()
  loop.disable()
  return { wholeMs, cpuMs: (user + system) / 1000, delayMs: Math.round(loop.max / 1e5) / 10 }
}

test(
  `sums of ${requests} requests, and the search for one, keep the daemon's thread for less than ${mostMs} ms`,
  { timeout: 120_000 },
  async () => {
    const { thread, table } = await openUsage()
    const figures = {
      checkpoint: await measure(() => thread.checkpoint()),
      day: await measure(() => thread.sum({ by: 'day' })),
      token: await measure(() => thread.sum({ by: 'token' })),
      find: await measure(() => table.find('req_4711')),
      idle: await measure(() => delay(200)),
    }
    report('usage queries', { requests, ...figures })
    expect((await thread.sum({ by: 'provider' })).map((group) => group.requests)).toEqual(
      Array.from({ length: 5 }, () => requests / 5),
    )
    for (const { cpuMs } of [figures.day, figures.token, figures.find]) expect(cpuMs).toBeLessThan(mostMs)
  },
)
