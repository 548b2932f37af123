import { stat } from 'node:fs/promises'
import { modelParts } from '../model-parts.ts'

/** Size of a model, with all its parts where it is split into several files; 0 for what is not there. */
export async function fileBytes(path: string): Promise<number> {
  const sizes = await Promise.all(modelParts(path).map(sizeOf))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}
