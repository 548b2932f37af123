import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { probeEngine } from '../../src/inference/probe-engine.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const childPath = fileURLToPath(new URL('../../src/inference/probe-child.ts', import.meta.url))
const { signal } = new AbortController()

test('llama.cpp opens here, and says by what it computes', async () => {
  const { backend, gpus } = await probeEngine({ childPath, env: process.env, signal })
  expect([null, 'cuda', 'vulkan', 'metal']).toContain(backend)
  expect(Array.isArray(gpus)).toBe(true)
})

test('a process that dies of it is told', async () => {
  const crashing = join(temporaryFolder(), 'child.mjs')
  writeFileSync(crashing, 'process.abort()')
  await expect(probeEngine({ childPath: crashing, env: process.env, signal })).rejects.toMatchObject({
    code: 'engine_failed',
    hint: expect.any(String),
  })
})

test('who gives up waits no longer', async () => {
  const gone = AbortSignal.abort(new Error('left'))
  await expect(probeEngine({ childPath, env: process.env, signal: gone })).rejects.toThrow('left')
})
