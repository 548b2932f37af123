import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createQuarantine } from '../../../src/inference/residency/quarantine.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

async function crashing() {
  const path = join(temporaryFolder(), 'model.gguf')
  writeFileSync(path, 'model')
  let time = 0
  const quarantine = createQuarantine({ now: () => time })
  const recordCrash = await quarantine.watch(path)
  const crash = (at: number) => {
    time = at
    recordCrash()
  }
  return { path, quarantine, crash }
}

test('takes two crashes within ten minutes', async () => {
  const { path, quarantine, crash } = await crashing()
  crash(0)
  expect(await quarantine.holds(path)).toBe(false)
  crash(600_001)
  expect(await quarantine.holds(path)).toBe(false)
  crash(700_000)
  expect(await quarantine.holds(path)).toBe(true)
})

test('holds no other file', async () => {
  const { path, quarantine, crash } = await crashing()
  crash(0)
  crash(1)
  const other = join(temporaryFolder(), 'model.gguf')
  writeFileSync(other, 'model')
  expect(await quarantine.holds(other)).toBe(false)
  expect(await quarantine.holds(path)).toBe(true)
})

test('ends when the file is released, and counts from nothing again', async () => {
  const { path, quarantine, crash } = await crashing()
  crash(0)
  crash(1)
  await quarantine.release(path)
  expect(await quarantine.holds(path)).toBe(false)
  crash(2)
  expect(await quarantine.holds(path)).toBe(false)
})

test.each([
  ['size', (path: string) => writeFileSync(path, 'another model')],
  ['time', (path: string) => utimesSync(path, 1, 1)],
])('ends when the file has another %s', async (_, change) => {
  const { path, quarantine, crash } = await crashing()
  crash(0)
  crash(1)
  change(path)
  expect(await quarantine.holds(path)).toBe(false)
})

test('has nothing to say of a file that is not there', async () => {
  const quarantine = createQuarantine()
  const recordCrash = await quarantine.watch('/nowhere/model.gguf')
  recordCrash()
  recordCrash()
  expect(await quarantine.holds('/nowhere/model.gguf')).toBe(false)
})
