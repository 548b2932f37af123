import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freeCores } from '../../../src/inference/engine/free-cores.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

/** A machine whose processors have these siblings, and what of it this process may use. */
function machine(siblings: string[], allowed: string) {
  const folder = temporaryFolder()
  for (const [processor, list] of siblings.entries()) {
    mkdirSync(join(folder, `cpu${processor}/topology`), { recursive: true })
    writeFileSync(join(folder, `cpu${processor}/topology/thread_siblings_list`), `${list}\n`)
  }
  mkdirSync(join(folder, 'cpufreq'))
  const statusFile = join(folder, 'status')
  writeFileSync(statusFile, `Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t${allowed}\n`)
  return { processorFolder: folder, statusFile }
}

const plain = ['0', '1', '2', '3', '4', '5', '6', '7']
const hyperthreaded = ['0,4', '1,5', '2,6', '3,7', '0,4', '1,5', '2,6', '3,7']

test.each([
  ['one for each core but one', plain, '0-7', 8, 7],
  ['one for the two threads of a core', hyperthreaded, '0-7', 8, 3],
  ['only what the affinity allows', hyperthreaded, '0-1,4-5', 4, 1],
  ['only what the quota allows', plain, '0-7', 2, 1],
  ['at least one', plain, '3', 1, 1],
])('takes %s', (_, siblings, allowed, usableThreads, threads) => {
  expect(freeCores({ usableThreads, ...machine(siblings, allowed) })).toBe(threads)
})

test('goes by the threads where the system tells nothing of cores', () => {
  const nowhere = join(temporaryFolder(), 'none')
  expect(freeCores({ usableThreads: 6, processorFolder: nowhere, statusFile: nowhere })).toBe(5)
})
