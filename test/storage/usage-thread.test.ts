import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createUsageThread } from '../../src/storage/usage-thread.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** A thread that does this with each task. */
function open(onTask: string) {
  const workerPath = join(temporaryFolder(), 'worker.mjs')
  writeFileSync(
    workerPath,
    `import { parentPort } from 'node:worker_threads'
    let tasks = 0
    parentPort.on('message', (task) => { tasks += 1; ${onTask} })`,
  )
  const thread = createUsageThread({ file: 'usage.db', workerPath })
  onTestFinished(async () => thread[Symbol.asyncDispose]())
  return thread
}

const query = { by: 'model' } as const

test('one thread does all tasks, one after the other', async () => {
  const thread = open('parentPort.postMessage(tasks)')
  expect(await Promise.all([thread.sum(query), thread.sum(query), thread.sum(query)])).toEqual([1, 2, 3])
})

test('whoever waits for a thread that ends or fails hears of it, and the next task gets another', async () => {
  const thread = open(
    `if (task.kind === 'checkpoint') process.exit(0)
     if (task.query.by === 'day') throw new Error('broken')
     parentPort.postMessage(tasks)`,
  )
  await expect(thread.checkpoint()).rejects.toThrow('the thread ended')
  expect(await thread.sum(query)).toBe(1)
  await expect(thread.sum({ by: 'day' })).rejects.toThrow('broken')
  expect(await thread.sum(query)).toBe(1)
})

test('whoever waits for one that cannot start hears of it', async () => {
  const thread = createUsageThread({ file: 'usage.db', workerPath: join(temporaryFolder(), 'missing.mjs') })
  await expect(thread.checkpoint()).rejects.toThrow('missing.mjs')
})
