import type { Llama } from 'node-llama-cpp'
import type { GpuMemory } from '../inference.ts'

/** Memory of the GPUs that llama.cpp computes on, all together; null where it computes on the CPU. */
export async function readGpuMemory(
  llama: Pick<Llama, 'gpu' | 'getVramState' | 'getGpuDeviceNames'>,
): Promise<GpuMemory | null> {
  if (llama.gpu === false) return null
  const [{ used, total }, names] = await Promise.all([llama.getVramState(), llama.getGpuDeviceNames()])
  return { name: [...new Set(names)].join(', ') || llama.gpu, usedBytes: used, totalBytes: total }
}
