import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { openUsageDatabase } from '../../src/storage/usage-database.ts'
import { createUsageTable, type UsageRow, type UsageTable } from '../../src/storage/usage-table.ts'
import { createUsageThread, type UsageThread } from '../../src/storage/usage-thread.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const workerPath = fileURLToPath(new URL('../../src/storage/usage-worker.ts', import.meta.url))

/** A usage database of its own, which closes with the test. */
export async function openUsage(): Promise<{ table: UsageTable; thread: UsageThread; file: string }> {
  const file = `${temporaryFolder()}/usage.db`
  const database = await openUsageDatabase(file)
  onTestFinished(() => database[Symbol.asyncDispose]())
  return { table: createUsageTable(database), thread: createUsageThread({ file, workerPath }), file }
}

export function usageRow(id: string, rest: Partial<UsageRow> = {}): UsageRow {
  return {
    id,
    startedAt: '2026-01-31T12:00:00.000Z',
    token: 'token-1',
    model: 'fast',
    target: 'gpt-x',
    provider: 'acme',
    path: '/v1/chat/completions',
    status: 200,
    code: null,
    promptTokens: 10,
    cachedTokens: 4,
    completionTokens: 7,
    reasoningTokens: 2,
    attempts: 1,
    firstByteMs: 12.5,
    ms: 80,
    microCredits: 0,
    ...rest,
  }
}
