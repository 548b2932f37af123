import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { AnswerObserver } from '../../src/chat/backend.ts'
import { forkEngine } from '../../src/inference/fork-engine.ts'
import { createResidency } from '../../src/inference/residency/create-residency.ts'
import { startEngine } from '../../src/inference/engine-process.ts'
import { createLog } from '../../src/log.ts'
import { scriptedModel } from '../fixtures/models.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { chatRequest, openInference } from './local-inference.ts'

const deadlines = { loadSilenceMs: 10_000, acceptMs: 10_000, silenceMs: 10_000, saveMs: 10_000 }
const gpu = { name: 'NVIDIA H200', usedBytes: 12e9, totalBytes: 141e9 }

/** Loads a process that says at once how it does, and never anything else. */
function startOnGpu(name: string) {
  const workerPath = join(temporaryFolder(), 'stand-in.mjs')
  const beat = { type: 'heartbeat', memoryBytes: 5e9, gpuMemory: gpu, slotTokens: [7, 0], answers: [] }
  writeFileSync(
    workerPath,
    `process.once('disconnect', () => process.exit())
    process.once('message', () => {
      process.send({ type: 'loaded', context: 64, slots: 2, gpu: 'cuda' })
      process.send(${JSON.stringify(beat)})
    })`,
  )
  return startEngine({
    model: { name, path: '/model.gguf', options: {} },
    child: forkEngine({ workerPath, env: process.env }),
    stateFolder: '/nowhere',
    deadlines: { ...deadlines, saveMs: 1 },
    signal: new AbortController().signal,
    onProgress() {},
    onCrash() {},
    log: createLog({ level: 'error', write() {} }),
  })
}

test('what engines say of one GPU is told once, and of each engine its slots', async () => {
  await using residency = createResidency({
    start: ({ name }) => startOnGpu(name),
    onEvent() {},
    budgetBytes: 1e12,
    defaultTtl: null,
    roomWaitMs: 1000,
  })
  const load = (name: string) =>
    residency.load({ name, path: '/model.gguf', options: {} }, async () => 1, undefined)
  expect(residency.gpus()).toEqual([])
  await Promise.all([load('a'), load('b')])
  await vi.waitFor(() => expect(residency.gpus()).toEqual([gpu]), { timeout: 10_000, interval: 20 })
  await vi.waitFor(
    () => {
      for (const name of ['a', 'b']) {
        expect(residency.state(name)).toMatchObject({ engine: { slotTokens: [7, 0], memoryBytes: 5e9 } })
      }
    },
    { timeout: 10_000, interval: 20 },
  )
})

test('a real engine says how far an answer is, and what its slots hold', async () => {
  using model = scriptedModel()
  await using inference = openInference()
  const local = { name: 'scripted', path: model.path, options: { slots: 2, context: 32_768 } }
  const onProgress = vi.fn<AnswerObserver['onProgress']>()
  const observer = { onReady() {}, onTurn() {}, onCut() {}, onProgress }
  const leave = new AbortController()
  const events = inference.backend(local).stream(chatRequest('loop'), leave.signal, observer)
  let tokens = 0
  const reading = (async () => {
    for await (const event of events) if (event.type === 'text-delta') tokens += 1
  })()
  await vi.waitFor(() => expect(onProgress).toHaveBeenCalled(), { timeout: 10_000, interval: 20 })
  const [first] = onProgress.mock.calls[0] ?? []
  expect(first?.tokens).toBeGreaterThan(0)
  expect(first?.ms).toBeGreaterThan(0)
  expect(tokens).toBeGreaterThan(0)
  const loaded = inference.state('scripted')
  const held = loaded.state === 'ready' ? loaded.engine.slotTokens : []
  // Prompt and answer in one, nothing in the other.
  expect(Math.max(...held)).toBeGreaterThan(first?.tokens ?? 0)
  expect(Math.min(...held)).toBe(0)
  expect(inference.gpus()).toEqual([])
  leave.abort(new Error('left'))
  await expect(reading).rejects.toThrow('left')
})
