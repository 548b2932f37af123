import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'

const program = fileURLToPath(new URL('fixtures/ending-process.ts', import.meta.url))

it.each([
  ['exit', 3, []],
  ['throw', 1, [{ level: 'error', origin: 'uncaughtException', cause: expect.stringContaining('canary') }]],
  ['reject', 1, [{ level: 'error', origin: 'unhandledRejection', cause: expect.stringContaining('canary') }]],
  ['return', 0, []],
])('the log is whole after a process ends by %s', (way, status, words) => {
  const path = join(temporaryFolder(), 'llmd.log')
  expect(spawnSync(process.execPath, [program, path, way]).status).toBe(status)
  const entries = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(entries).toMatchObject([{ message: 'said before' }, ...words])
})
