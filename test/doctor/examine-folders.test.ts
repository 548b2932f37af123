import { chmodSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ensureFolders, resolvePaths } from '../../src/config/paths.ts'
import { examineFolders } from '../../src/doctor/examine-folders.ts'
import { temporaryFolder } from '../temporary-folder.ts'

function newPaths() {
  const paths = resolvePaths({ LLMD_HOME: temporaryFolder() })
  ensureFolders(paths)
  writeFileSync(paths.masterKey, 'key', { mode: 0o600 })
  return paths
}

test('folders as llmd makes them are well', () => {
  const found = examineFolders(newPaths())
  expect(found).toContainEqual(expect.objectContaining({ check: 'modes', level: 'ok' }))
  expect(found).toContainEqual(expect.objectContaining({ check: 'disk' }))
})

test('a folder that others can write to, and a key that they can read, are problems', () => {
  const paths = newPaths()
  chmodSync(paths.data, 0o777)
  chmodSync(paths.masterKey, 0o644)
  const problems = examineFolders(paths).filter(({ level }) => level === 'problem')
  expect(problems.map(({ cure }) => cure)).toEqual([
    `chmod go-w ${paths.data}`,
    `chmod 600 ${paths.masterKey}`,
  ])
})

test('folders that are not there yet are no problem', () => {
  const found = examineFolders(resolvePaths({ LLMD_HOME: `${temporaryFolder()}/none` }))
  expect(found.filter(({ level }) => level !== 'ok')).toEqual([])
})
