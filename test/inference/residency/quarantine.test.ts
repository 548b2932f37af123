import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createQuarantine } from '../../../src/inference/residency/quarantine.ts'
import { createLog } from '../../../src/log.ts'
import { createMemoryCrashTable } from '../../fixtures/memory-crash-table.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const silent = createLog({ level: 'error', write: () => {} })

const diskFull = () => Promise.reject(new Error('the disk is full'))

async function crashing(table = createMemoryCrashTable()) {
  const path = join(temporaryFolder(), 'model.gguf')
  writeFileSync(path, 'model')
  let time = 0
  const open = () => createQuarantine({ table, log: silent, now: () => time })
  const quarantine = open()
  const recordCrash = await quarantine.watch(path)
  const crash = (at: number) => {
    time = at
    recordCrash()
  }
  return { path, quarantine, crash, open }
}

test('takes two crashes within ten minutes', async () => {
  const { path, quarantine, crash } = await crashing()
  crash(0)
  expect(await quarantine.heldSince(path)).toBeNull()
  crash(600_001)
  expect(await quarantine.heldSince(path)).toBeNull()
  crash(700_000)
  expect(await quarantine.heldSince(path)).toEqual(new Date(700_000))
  crash(800_000)
  expect(await quarantine.heldSince(path)).toEqual(new Date(700_000))
})

test('lasts over a new start, and so does a first crash', async () => {
  const { path, crash, open } = await crashing()
  crash(0)
  const second = open()
  const recordCrash = await second.watch(path)
  recordCrash()
  expect(await second.heldSince(path)).not.toBeNull()
  expect(await open().heldSince(path)).not.toBeNull()
})

test('holds no other file', async () => {
  const { path, quarantine, crash } = await crashing()
  crash(0)
  crash(1)
  const other = join(temporaryFolder(), 'model.gguf')
  writeFileSync(other, 'model')
  expect(await quarantine.heldSince(other)).toBeNull()
  expect(await quarantine.heldSince(path)).not.toBeNull()
})

test('ends when the file is released, and counts from nothing again', async () => {
  const { path, quarantine, crash, open } = await crashing()
  crash(0)
  crash(1)
  await quarantine.release(path)
  expect(await quarantine.heldSince(path)).toBeNull()
  expect(await open().heldSince(path)).toBeNull()
  crash(2)
  expect(await quarantine.heldSince(path)).toBeNull()
})

test.each([
  ['size', (path: string) => writeFileSync(path, 'another model')],
  ['time', (path: string) => utimesSync(path, 1, 1)],
])('ends when the file has another %s', async (_, change) => {
  const { path, quarantine, crash } = await crashing()
  crash(0)
  crash(1)
  change(path)
  expect(await quarantine.heldSince(path)).toBeNull()
})

test('has nothing to say of a file that is not there', async () => {
  const quarantine = createQuarantine({ table: createMemoryCrashTable(), log: silent })
  const recordCrash = await quarantine.watch('/nowhere/model.gguf')
  recordCrash()
  recordCrash()
  expect(await quarantine.heldSince('/nowhere/model.gguf')).toBeNull()
})

test('goes on where a crash cannot be recorded', async () => {
  const { path, quarantine, crash } = await crashing({ ...createMemoryCrashTable(), put: diskFull })
  crash(0)
  crash(1)
  expect(await quarantine.heldSince(path)).toBeNull()
})
