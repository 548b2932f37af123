import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pruneStateFolders } from '../../src/inference/prune-state-folders.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** Folders of 100 bytes each, by the days since they were used. */
function fill(ages: Record<string, number>) {
  const root = temporaryFolder()
  for (const [name, days] of Object.entries(ages)) {
    mkdirSync(join(root, name))
    writeFileSync(join(root, name, '0.kv'), 'x'.repeat(100))
    const used = Date.now() / 1000 - days * 86_400
    utimesSync(join(root, name), used, used)
  }
  return { root, left: () => Object.keys(ages).filter((name) => existsSync(join(root, name))) }
}

test.for([
  { budgetBytes: 1000, left: ['today', 'yesterday', 'monday'] },
  { budgetBytes: 200, left: ['today', 'yesterday'] },
  { budgetBytes: 199, left: ['today'] },
  { budgetBytes: 0, left: [] },
])('with $budgetBytes bytes the newest stay: $left', async ({ budgetBytes, left }) => {
  const folders = fill({ today: 0, yesterday: 1, monday: 5, 'last month': 30 })
  await pruneStateFolders(folders.root, { budgetBytes, inUse: new Set() })
  expect(folders.left()).toEqual(left)
})

test('a folder in use stays whatever its age', async () => {
  const folders = fill({ old: 30, older: 40 })
  await pruneStateFolders(folders.root, { budgetBytes: 0, inUse: new Set([join(folders.root, 'old')]) })
  expect(folders.left()).toEqual(['old'])
})

test('no folder at all is none too many', async () => {
  const none = join(temporaryFolder(), 'none')
  await expect(pruneStateFolders(none, { budgetBytes: 0, inUse: new Set() })).resolves.toBeUndefined()
})
