import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { createInference } from '../../../src/inference/create-inference.ts'
import type { LocalModel } from '../../../src/inference/inference.ts'
import { createLog } from '../../../src/log.ts'
import { createMemoryCrashTable } from '../../fixtures/memory-crash-table.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { demoModelPath } from '../local-inference.ts'

const source = (name: string) => fileURLToPath(new URL(`../../../src/inference/${name}`, import.meta.url))

const model = (name: string): LocalModel => ({ name, path: demoModelPath, options: {} })

test('a budget and a time that change hold for the next load, and take nothing away', async () => {
  const options = {
    workerPath: source('worker.ts'),
    inspectPath: source('inspect-child.ts'),
    env: process.env,
    stateRoot: temporaryFolder(),
    keptBytes: 0,
    crashes: createMemoryCrashTable(),
    onEvent: () => {},
    log: createLog({ level: 'error', write: () => {} }),
    memoryBytes: 0,
    ttl: null as number | null,
  }
  await using inference = createInference(options)
  await inference.load(model('first'))
  options.memoryBytes = 1024
  expect(inference.state('first').state).toBe('ready')
  await expect(inference.load(model('second'))).rejects.toMatchObject({ code: 'model_too_large' })
  options.memoryBytes = 0
  options.ttl = 0.2
  await inference.load(model('second'))
  expect(inference.state('first').state).toBe('ready')
  await vi.waitFor(() => expect(inference.state('second').state).toBe('unloaded'), {
    timeout: 10_000,
    interval: 20,
  })
  expect(inference.state('first').state).toBe('ready')
})
