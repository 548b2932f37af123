import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { warmPath } from '../../src/daemon/warm-path.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const idle = { served: 0, active: 0, draining: false }

test('made-up requests are answered, and leave nothing behind', async () => {
  const folder = temporaryFolder()
  expect(await warmPath({ folder, requests: idle })).toBe(200)
  expect(readdirSync(folder)).toEqual([])
})

test.each([
  { ...idle, active: 1 },
  { ...idle, served: 1 },
  { ...idle, draining: true },
])('there are none while requests are %o', async (requests) => {
  expect(await warmPath({ folder: temporaryFolder(), requests })).toBe(0)
})

test('a folder that sockets cannot be in is no failure', async () => {
  expect(await warmPath({ folder: `${temporaryFolder()}/missing`, requests: idle })).toBe(0)
})
