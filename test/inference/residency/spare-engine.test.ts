import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { EngineOptions } from '../../../src/inference/inference.ts'
import { createSpareEngine } from '../../../src/inference/residency/spare-engine.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

/** Told to load, its processes say all that they were told. */
function openSpare({ enabled = true } = {}) {
  const workerPath = join(temporaryFolder(), 'worker.mjs')
  const script = `const heard = []
    process.on('message', ({ type }) => {
      heard.push(type)
      if (type === 'load') process.send(heard.join())
    })`
  writeFileSync(workerPath, script)
  const spare = createSpareEngine({ workerPath, env: process.env, enabled })
  onTestFinished(() => spare[Symbol.dispose]())
  const take = (options: EngineOptions = {}) => {
    const child = spare.take(options)
    onTestFinished(() => void child.kill('SIGKILL'))
    return child
  }
  return { spare, take }
}

async function heardBy(child: ChildProcess): Promise<unknown> {
  const heard = once(child, 'message')
  child.send({ type: 'load' })
  const [types]: unknown[] = await heard
  return types
}

test('a spare was told to prepare, and is given away once', async () => {
  const { spare, take } = openSpare()
  spare.refill()
  spare.refill()
  expect(await heardBy(take())).toBe('prepare,load')
  expect(await heardBy(take())).toBe('load')
  spare.refill()
  expect(await heardBy(take({ gpu: 'auto' }))).toBe('prepare,load')
})

test('a model that names its device gets a process of its own', async () => {
  const { spare, take } = openSpare()
  spare.refill()
  expect(await heardBy(take({ gpu: 'off' }))).toBe('load')
  expect(await heardBy(take())).toBe('prepare,load')
})

test('there is none where it is switched off, or all is over', async () => {
  const off = openSpare({ enabled: false })
  off.spare.refill()
  expect(await heardBy(off.take())).toBe('load')

  const over = openSpare()
  over.spare[Symbol.dispose]()
  over.spare.refill()
  expect(await heardBy(over.take())).toBe('load')
})
