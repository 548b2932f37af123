import { expect, test } from 'vitest'
import { readGpuMemory } from '../../../src/inference/engine/gpu-memory.ts'

const vram = { used: 12e9, total: 141e9, free: 129e9, unifiedSize: 0 }

const llama = (gpu: 'cuda' | false, names: string[]) => ({
  gpu,
  getVramState: async () => vram,
  getGpuDeviceNames: async () => names,
})

test.each([
  ['one device', ['NVIDIA H200'], 'NVIDIA H200'],
  ['two that are alike', ['NVIDIA H200', 'NVIDIA H200'], 'NVIDIA H200'],
  ['two that are not', ['NVIDIA H200', 'Radeon'], 'NVIDIA H200, Radeon'],
  ['one without a name', [], 'cuda'],
])('%s', async (_, names, name) => {
  expect(await readGpuMemory(llama('cuda', names))).toEqual({ name, usedBytes: 12e9, totalBytes: 141e9 })
})

test('the CPU has none', async () => {
  expect(await readGpuMemory(llama(false, []))).toBeNull()
})
